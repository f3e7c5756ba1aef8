package io.steelyard.control.canary;

import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a node says of itself: what it runs, and its verdict on what is newer.
 *
 * @param serving the edition that it serves, by its digest; empty before the first
 * @param document the digest of the document in that edition
 * @param refused the newest edition if it refused that, by its digest
 * @param refusedDocument the digest of the document in that one; empty without one
 * @param forced the revision whose force brought it to what it serves; 0 without
 * @param refusedForced the revision whose force the refused one has; 0 without
 * @param written the revision that wrote the document which it looked at last; -1 if it does not
 *     say
 * @param why it refused it
 * @param state starting, ready, draining
 * @param version of the program
 * @param beat counts on from one report to the next while something is tried; -1 if it does not say
 * @param traffic while something is tried; empty otherwise
 * @param address where it listens for other nodes; empty if it says of no address that they reach
 */
public record NodeReport(
    Optional<String> serving,
    String document,
    Optional<String> refused,
    String refusedDocument,
    long forced,
    long refusedForced,
    long written,
    String why,
    String state,
    String version,
    long beat,
    Traffic traffic,
    String address) {
  private static final int WHY_CHARS_MAX = 2000;

  /** JSON, of which others show what they know. */
  public String json() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("serving", serving.orElse(null));
    report.put("document", document);
    report.put("refused", refused.orElse(null));
    report.put("refused_document", refusedDocument);
    report.put("forced", forced);
    report.put("refused_forced", refusedForced);
    report.put("written", written);
    report.put("why", why.substring(0, Math.min(why.length(), WHY_CHARS_MAX)));
    report.put("state", state);
    report.put("version", version);
    report.put("beat", beat);
    report.put("traffic", traffic.json());
    report.put("address", address);
    return JsonWriter.text(report);
  }

  /** Empty for what is none. */
  public static Optional<NodeReport> parse(String text) {
    try {
      Map<?, ?> report = (Map<?, ?>) JsonReader.read(text);
      return Optional.of(
          new NodeReport(
              Optional.ofNullable((String) report.get("serving")),
              text(report, "document"),
              Optional.ofNullable((String) report.get("refused")),
              text(report, "refused_document"),
              number(report, "forced", 0),
              number(report, "refused_forced", 0),
              number(report, "written", -1),
              text(report, "why"),
              text(report, "state"),
              text(report, "version"),
              number(report, "beat", -1),
              report.get("traffic") == null
                  ? Traffic.NONE
                  : Traffic.of((Map<?, ?>) report.get("traffic")),
              text(report, "address")));
    } catch (JsonException | ClassCastException | NullPointerException e) {
      return Optional.empty();
    }
  }

  private static long number(Map<?, ?> report, String name, long unsaid) {
    Object value = report.get(name);
    return value == null ? unsaid : ((Number) value).longValue();
  }

  /** Nodes of another version may not say it. */
  private static String text(Map<?, ?> report, String name) {
    Object value = report.get(name);
    return value == null ? "" : (String) value;
  }
}
