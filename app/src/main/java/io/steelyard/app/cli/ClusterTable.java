package io.steelyard.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Nodes and virtual addresses as columns for people; nothing for a node that is alone. */
final class ClusterTable {
  private ClusterTable() {}

  /**
   * @param answer of {@code /v1/cluster} or {@code /v1/status}
   */
  static void append(StringBuilder out, Map<?, ?> answer) {
    List<?> nodes = list(answer, "nodes");
    List<?> vips = list(answer, "vips");
    if (!nodes.isEmpty()) {
      out.append('\n');
      Columns.append(out, nodes(nodes));
    }
    if (!vips.isEmpty()) {
      out.append('\n');
      Columns.append(out, vips(vips));
    }
    list(answer, "troubles").forEach(trouble -> out.append("! ").append(trouble).append('\n'));
  }

  /** A node of an earlier version does not say. */
  private static List<?> list(Map<?, ?> answer, String key) {
    return answer.get(key) instanceof List<?> list ? list : List.of();
  }

  private static List<List<String>> nodes(List<?> nodes) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("NODE", "ADDRESS", "SEEN", "STATE", "VERSION", "SERVES", "CONNS", "REQ/S", "OWNS"));
    for (Object one : nodes) {
      Map<?, ?> node = (Map<?, ?>) one;
      List<?> owns = list(node, "owns");
      rows.add(
          List.of(
              text(node, "node"),
              text(node, "address"),
              seen(node),
              text(node, "state"),
              text(node, "version"),
              text(node, "configuration"),
              text(node, "connections"),
              text(node, "requests_per_second"),
              owns.isEmpty()
                  ? "-"
                  : String.join(",", owns.stream().map(Object::toString).toList())));
    }
    return rows;
  }

  private static String seen(Map<?, ?> node) {
    String presence = text(node, "presence");
    boolean deaf = presence.equals("heard") && Boolean.FALSE.equals(node.get("hears_us"));
    return deaf ? "one-way" : presence;
  }

  private static List<List<String>> vips(List<?> vips) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("VIP", "ADDRESS", "ROLE", "PRIORITY", "OWNER", "SINCE", "WHY NOT"));
    for (Object one : vips) {
      Map<?, ?> vip = (Map<?, ?>) one;
      double since = ((Number) vip.get("since_seconds")).doubleValue();
      rows.add(
          List.of(
              text(vip, "vip"),
              String.join(",", list(vip, "addresses").stream().map(Object::toString).toList()),
              text(vip, "role"),
              text(vip, "priority"),
              text(vip, "owner"),
              String.format(Locale.ROOT, "%.1fs", since),
              text(vip, "why")));
    }
    return rows;
  }

  private static String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null || value.toString().isEmpty() ? "-" : value.toString();
  }
}
