package io.steelyard.control.revision;

import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A revision as it is kept: JSON, its text compressed. */
final class RevisionJson {
  private RevisionJson() {}

  static String write(Revision revision) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("revision", revision.number());
    json.put("at", revision.at().toString());
    json.put("who", revision.who());
    json.put("what", revision.what());
    json.put("forced", revision.forced());
    json.put("state", revision.state().name());
    json.put("outcome", revision.outcome());
    json.put("digest", revision.digest());
    json.put("text_gzip", PackedText.pack(revision.text()));
    return JsonWriter.text(json);
  }

  /** Empty for what is no revision. */
  static Optional<Revision> read(String text) {
    try {
      Map<?, ?> json = (Map<?, ?>) JsonReader.read(text);
      String document = PackedText.unpack((String) json.get("text_gzip"));
      return Optional.of(
          new Revision(
              ((Number) json.get("revision")).longValue(),
              Instant.parse((String) json.get("at")),
              (String) json.get("who"),
              (String) json.get("what"),
              (Boolean) json.get("forced"),
              Revision.State.valueOf((String) json.get("state")),
              (String) json.get("outcome"),
              TextDigest.of(document),
              document));
    } catch (JsonException
        | IOException
        | ClassCastException
        | NullPointerException
        | DateTimeException
        | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
