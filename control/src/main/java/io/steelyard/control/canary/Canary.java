package io.steelyard.control.canary;

import io.steelyard.control.revision.PackedText;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A document that some nodes serve while the others go on with the one before.
 *
 * <pre>
 *   TRYING --(nothing departs for its time)--> PASSING: it is being made the document of all
 *   PASSING --(it is that)--> PASSED; --(the document was changed meanwhile)--> RETURNED
 *   TRYING --(it departs, is refused, a node goes, somebody changes the document)--> RETURNED
 * </pre>
 *
 * @param revision its number
 * @param base the digest of the document that the others go on with
 * @param forced whether it may take away what is guarded
 * @param nodes that try it
 * @param length of the trial, from when all of them serve it
 * @param reason for its end, in words
 */
public record Canary(
    State state,
    long revision,
    String base,
    boolean forced,
    List<String> nodes,
    Duration length,
    String reason,
    String text) {
  /** Where it is in its life. */
  public enum State {
    TRYING,
    PASSING,
    PASSED,
    RETURNED
  }

  public Canary {
    nodes = List.copyOf(nodes);
  }

  /** Whether it has no end yet. */
  public boolean goesOn() {
    return state == State.TRYING || state == State.PASSING;
  }

  /** Of its text. */
  public String digest() {
    return TextDigest.of(text);
  }

  /** Whether this node is to serve it. */
  public boolean isFor(String node) {
    return goesOn() && nodes.contains(node);
  }

  /** The same at its end. */
  public Canary ended(State how, String why) {
    return new Canary(how, revision, base, forced, nodes, length, why, text);
  }

  /** As it is kept. */
  public String json() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", state.name());
    json.put("revision", revision);
    json.put("base", base);
    json.put("forced", forced);
    json.put("nodes", nodes);
    json.put("length_ms", length.toMillis());
    json.put("reason", reason);
    json.put("text_gzip", PackedText.pack(text));
    return JsonWriter.text(json);
  }

  /** Empty for what is none. */
  public static Optional<Canary> parse(String text) {
    try {
      Map<?, ?> json = (Map<?, ?>) JsonReader.read(text);
      return Optional.of(
          new Canary(
              State.valueOf((String) json.get("state")),
              ((Number) json.get("revision")).longValue(),
              (String) json.get("base"),
              (Boolean) json.get("forced"),
              ((List<?>) json.get("nodes")).stream().map(String.class::cast).toList(),
              Duration.ofMillis(((Number) json.get("length_ms")).longValue()),
              (String) json.get("reason"),
              PackedText.unpack((String) json.get("text_gzip"))));
    } catch (JsonException
        | IOException
        | ClassCastException
        | NullPointerException
        | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
