package io.steelyard.app.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The answer of {@code /v1/status} as lines and columns for people. */
final class StatusTable {
  private StatusTable() {}

  static String of(Map<?, ?> status) {
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
    shared(out, (Map<?, ?>) status.get("shared_configuration"));
    ClusterTable.append(out, status);
    for (Map<?, ?> listener : maps(status.get("listeners"))) {
      out.append(
          "listener %s on %s (%s)\n".formatted(values(listener, "name", "address", "protocol")));
    }
    for (Map<?, ?> pool : maps(status.get("pools"))) {
      out.append('\n');
      PoolTable.append(out, pool);
    }
    return out.toString();
  }

  private static void reload(StringBuilder out, Map<?, ?> reload) {
    if (reload != null && Boolean.FALSE.equals(reload.get("successful"))) {
      out.append("last reload refused: ").append(reload.get("error")).append('\n');
    }
  }

  private static void shared(StringBuilder out, Map<?, ?> shared) {
    if (shared == null) {
      return;
    }
    out.append(
        "configuration %s of %s%s\n"
            .formatted(
                shared.get("serving"),
                shared.get("from"),
                Boolean.TRUE.equals(shared.get("reachable"))
                    ? ""
                    : ", which is away: " + shared.get("away")));
    if (shared.get("refused") != null) {
      out.append("newer one refused: %s\n".formatted(shared.get("refused")));
      ((List<?>) shared.get("errors"))
          .forEach(error -> out.append("  ").append(error).append('\n'));
    }
    nodes(out, (List<?>) shared.get("nodes"));
    canary(out, (Map<?, ?>) shared.get("canary"));
    ((List<?>) shared.get("strays"))
        .forEach(stray -> out.append("not used: ").append(stray).append('\n'));
  }

  private static void nodes(StringBuilder out, List<?> nodes) {
    if (nodes.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NODE", "STATE", "SERVES", "DOCUMENT", "REFUSED"));
    for (Map<?, ?> node : maps(nodes)) {
      String why = String.valueOf(node.get("why")).lines().findFirst().orElse("");
      rows.add(
          List.of(
              node.get("node").toString(),
              node.get("state").toString(),
              String.valueOf(node.get("serving")),
              node.get("document").toString(),
              node.get("refused") == null ? "-" : node.get("refused") + ": " + why));
    }
    Columns.append(out, rows);
  }

  private static void canary(StringBuilder out, Map<?, ?> canary) {
    if (canary != null) {
      out.append(
          "revision %s, tried by %s: %s%s\n"
              .formatted(
                  canary.get("revision"),
                  String.join(
                      ", ",
                      ((List<?>) canary.get("nodes")).stream().map(Object::toString).toList()),
                  canary.get("state"),
                  canary.get("reason").toString().isEmpty() ? "" : ": " + canary.get("reason")));
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
