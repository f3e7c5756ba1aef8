package io.steelyard.control;

import io.steelyard.control.shared.SharedStatus;
import io.steelyard.wire.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a node tells the others of itself: JSON, of which they show what they know. */
final class SharedReport {
  private static final int WHY_CHARS_MAX = 2000;

  private SharedReport() {}

  static String json(SharedStatus status) {
    String why = String.join("\n", status.why());
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("serving", status.serving().orElse(null));
    report.put("revision", status.revision());
    report.put("refused", status.refused().orElse(null));
    report.put("why", why.substring(0, Math.min(why.length(), WHY_CHARS_MAX)));
    return JsonWriter.text(report);
  }
}
