package io.steelyard.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The answers of {@code /v1/pools} and below as lines and columns for people. */
final class PoolTable {
  private static final List<String> HEADINGS =
      List.of(
          "SERVER",
          "ADDRESS",
          "HEALTH",
          "STATE",
          "WEIGHT",
          "PART",
          "LOAD",
          "IN FLIGHT",
          "LAST CHECK");

  private PoolTable() {}

  /** Of one pool, or of all that {@code answer} lists. */
  static String of(Map<?, ?> answer) {
    StringBuilder out = new StringBuilder();
    if (answer.get("pools") instanceof List<?> pools) {
      String separator = "";
      for (Object pool : pools) {
        out.append(separator);
        append(out, (Map<?, ?>) pool);
        separator = "\n";
      }
    } else {
      append(out, answer);
    }
    return out.toString();
  }

  /** The pool's line, and one for each of its servers. */
  static void append(StringBuilder out, Map<?, ?> pool) {
    out.append("pool %s (%s)".formatted(pool.get("name"), pool.get("balance")));
    if (Boolean.TRUE.equals(pool.get("panic"))) {
      out.append(", IN PANIC: so few are healthy that all are used");
    }
    if (pool.get("waiting") instanceof Number waiting && waiting.intValue() > 0) {
      out.append(", ").append(waiting).append(" waiting");
    }
    out.append('\n');
    discovery(out, (Map<?, ?>) pool.get("discovery"));
    List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
    ((List<?>) pool.get("servers")).forEach(server -> rows.add(row((Map<?, ?>) server)));
    Columns.append(out, rows);
  }

  /** Where its servers come from, and how that stands. */
  private static void discovery(StringBuilder out, Map<?, ?> discovery) {
    if (discovery == null) {
      return;
    }
    out.append(
        "found by %s: %s, answered %s, next question %s\n"
            .formatted(
                discovery.get("from"),
                discovery.get("result") == null ? "not asked yet" : discovery.get("result"),
                Times.of(discovery, "answered_at", "never"),
                next(discovery)));
    if (discovery.get("error") instanceof String error && !error.isEmpty()) {
      out.append("last error: ").append(error).append('\n');
    }
  }

  /** A source that is asked again as soon as it has answered waits by itself for what is new. */
  private static String next(Map<?, ?> discovery) {
    Object next = discovery.get("next_at");
    return next != null && next.equals(discovery.get("answered_at"))
        ? "waits there for a change"
        : Times.of(discovery, "next_at", "soon");
  }

  private static List<String> row(Map<?, ?> server) {
    return List.of(
        text(server, "name"),
        text(server, "address"),
        text(server, "health"),
        state(server) + (Boolean.TRUE.equals(server.get("backup")) ? ", backup" : ""),
        text(server, "weight"),
        server.get("ramp") instanceof Number ramp
            ? Math.round(ramp.doubleValue() * 100) + "%"
            : "-",
        text(server, "reported_load"),
        text(server, "in_flight"),
        server.get("last_check") instanceof Map<?, ?> check ? text(check, "result") : "-");
  }

  /** What most keeps it from taking new requests comes first. */
  static String state(Map<?, ?> server) {
    List<String> states = new ArrayList<>();
    if (!"serve".equals(server.get("wish"))) {
      states.add(text(server, "wish"));
    }
    if (!"serve".equals(server.get("asked"))) {
      states.add(text(server, "asked") + " (agent)");
    }
    for (String axis : List.of("ejected", "held")) {
      if (Boolean.TRUE.equals(server.get(axis))) {
        states.add(axis);
      }
    }
    if (!states.isEmpty()) {
      return String.join(", ", states);
    }
    boolean slow = server.get("ramp") instanceof Number ramp && ramp.doubleValue() < 1;
    boolean takesNew = Boolean.TRUE.equals(server.get("takes_new"));
    return takesNew ? slow ? "slow start" : "serves" : "-";
  }

  private static String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? "-" : value.toString();
  }
}
