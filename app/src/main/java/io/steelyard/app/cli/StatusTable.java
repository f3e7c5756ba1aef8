package io.steelyard.app.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The answer of {@code /v1/status} as lines and columns for people. */
final class StatusTable {
  private static final List<String> HEADINGS =
      List.of("SERVER", "ADDRESS", "HEALTH", "WISH", "WEIGHT", "IN FLIGHT", "LAST CHECK");

  private StatusTable() {}

  static String of(String json) {
    // JSON is YAML 1.2, and its reader is here already.
    Map<?, ?> status = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json);
    StringBuilder out = new StringBuilder();
    out.append(
        "%s: %s, up %s, revision %s, %s loops on %s (steelyard %s, pid %s)\n"
            .formatted(
                status.get("node"),
                status.get("state"),
                uptime(status.get("uptime_seconds")),
                status.get("revision"),
                status.get("loops"),
                status.get("transport"),
                status.get("version"),
                status.get("pid")));
    reload(out, (Map<?, ?>) status.get("last_reload"));
    for (Map<?, ?> listener : maps(status.get("listeners"))) {
      out.append(
          "listener %s on %s (%s)\n".formatted(values(listener, "name", "address", "protocol")));
    }
    for (Map<?, ?> pool : maps(status.get("pools"))) {
      out.append("\npool %s (%s)\n".formatted(values(pool, "name", "balance")));
      List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
      maps(pool.get("servers")).forEach(server -> rows.add(row(server)));
      table(out, rows);
    }
    return out.toString();
  }

  private static void reload(StringBuilder out, Map<?, ?> reload) {
    if (reload != null && Boolean.FALSE.equals(reload.get("successful"))) {
      out.append("last reload refused: ").append(reload.get("error")).append('\n');
    }
  }

  private static List<String> row(Map<?, ?> server) {
    List<String> row = new ArrayList<>();
    for (Object value :
        values(server, "name", "address", "health", "wish", "weight", "in_flight")) {
      row.add(value.toString());
    }
    row.add(
        server.get("last_check") instanceof Map<?, ?> check ? check.get("result").toString() : "-");
    return row;
  }

  private static void table(StringBuilder out, List<List<String>> rows) {
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length()));
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append("  ").append(row.get(i)).repeat(' ', widths[i] - row.get(i).length());
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static Object[] values(Map<?, ?> map, String... keys) {
    return Arrays.stream(keys).map(map::get).toArray();
  }

  private static List<Map<?, ?>> maps(Object list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    ((List<?>) list).forEach(item -> maps.add((Map<?, ?>) item));
    return maps;
  }

  private static String uptime(Object seconds) {
    Duration up = Duration.ofSeconds(((Number) seconds).longValue());
    String text = up.toSecondsPart() + "s";
    if (up.toMinutes() > 0) {
      text = up.toMinutesPart() + "m " + text;
    }
    if (up.toHours() > 0) {
      text = up.toHoursPart() + "h " + text;
    }
    return up.toDays() > 0 ? up.toDays() + "d " + text : text;
  }
}
