package io.steelyard.admin;

import io.steelyard.control.ServerChange;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.core.health.Wish;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The body of {@code PATCH /v1/pools/{pool}/servers/{server}}, a JSON merge patch (RFC 7396) of two
 * members: {@code wish} and {@code weight}. Anything else in it is refused.
 */
final class ServerPatch {
  private ServerPatch() {}

  static ServerChange read(String body) throws Problem {
    Map<?, ?> patch = Bodies.object(body, Set.of("wish", "weight"));
    if (patch.isEmpty()) {
      throw Bodies.refused("Nothing to change: give \"wish\", \"weight\" or both.");
    }
    return new ServerChange(
        patch.containsKey("wish") ? Optional.of(wish(patch.get("wish"))) : Optional.empty(),
        patch.containsKey("weight") ? Optional.of(weight(patch.get("weight"))) : Optional.empty());
  }

  /** What would become of a server: the members that would be others, as they are and would be. */
  static Map<String, Object> preview(ServerChange change, ServerStatus now) {
    Map<String, Object> changes = new LinkedHashMap<>();
    Wish wish = now.live().standing().wish();
    change
        .wish()
        .filter(wanted -> wanted != wish)
        .ifPresent(wanted -> changes.put("wish", step(label(wish), label(wanted))));
    int weight = now.live().weight();
    change
        .weight()
        .map(wanted -> wanted.orElse(now.place().weight()))
        .filter(wanted -> wanted != weight)
        .ifPresent(wanted -> changes.put("weight", step(weight, wanted)));
    Map<String, Object> preview = new LinkedHashMap<>();
    preview.put("dry_run", true);
    preview.put("changes", changes);
    return preview;
  }

  private static Map<String, Object> step(Object from, Object to) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("from", from);
    step.put("to", to);
    return step;
  }

  private static String label(Wish wish) {
    return wish.name().toLowerCase(Locale.ROOT);
  }

  private static Wish wish(Object value) throws Problem {
    for (Wish wish : Wish.values()) {
      if (label(wish).equals(value)) {
        return wish;
      }
    }
    throw Bodies.refused("\"wish\" is one of \"serve\", \"drain\", \"maintenance\".");
  }

  private static OptionalInt weight(Object value) throws Problem {
    if (value == null) {
      return OptionalInt.empty();
    }
    try {
      if (value instanceof BigDecimal number) {
        int weight = number.intValueExact();
        if (weight >= 0 && weight <= ServerChange.WEIGHT_MAX) {
          return OptionalInt.of(weight);
        }
      }
    } catch (ArithmeticException e) {
      // Said below.
    }
    throw Bodies.refused(
        "\"weight\" is a whole number from 0 to "
            + ServerChange.WEIGHT_MAX
            + ", or null for the configured one.");
  }
}
