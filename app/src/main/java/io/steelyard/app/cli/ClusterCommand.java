package io.steelyard.app.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code steelyard cluster}. */
final class ClusterCommand implements Command {
  private static final Option ROTATE =
      Option.flag(
          "--rotate-keys",
          "Give all nodes a new key for sessions; what was signed before stays good.");

  @Override
  public Usage usage() {
    return new Usage(
        "cluster",
        "[--rotate-keys] [--json] [--admin URL]",
        "Show the nodes, who owns which virtual address, and what is shared.",
        0,
        AdminOptions.with(ROTATE, AdminClient.JSON),
        """
        What is shared, and through what, is said by state: {share: ...} and cluster: {...}
        in the configuration: sessions that are remembered, the wishes of operators (drain,
        maintenance), keys for sessions, and counts.

        Nodes that have cluster: {bind: ..., peers: ..., key: ...} hear each other. Of each
        virtual address (cluster: {vips: ...}) one of them is the owner, others are backups.

        A node that may not know all that others know is degraded, and says why. It serves
        with what it knows.

        Examples:
          steelyard cluster
          steelyard cluster --rotate-keys
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("cluster", arguments);
    boolean json = arguments.has(AdminClient.JSON.name());
    if (arguments.has(ROTATE.name())) {
      String answer = admin.post("/v1/cluster/keys");
      out.print(json ? answer : "all nodes have a new key; cookies are signed with it soon\n");
      return CommandLines.GOOD;
    }
    String answer = admin.read("/v1/cluster");
    out.print(json ? answer : admin.understood(answer, ClusterCommand::report));
    return CommandLines.GOOD;
  }

  private static String report(Map<?, ?> answer) {
    StringBuilder out = new StringBuilder();
    out.append(answer.get("node")).append(" shares ");
    out.append(answer.get("share").equals("none") ? "nothing" : "through " + answer.get("share"));
    out.append(": ").append(answer.get("state")).append('\n');
    if (answer.get("trouble") != null) {
      out.append(answer.get("trouble")).append('\n');
    }
    List<?> peers = (List<?>) answer.get("peers");
    if (!peers.isEmpty()) {
      out.append('\n');
      Columns.append(out, rows(peers));
    }
    ClusterTable.append(out, answer);
    return out.toString();
  }

  private static List<List<String>> rows(List<?> peers) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NODE", "ADDRESS", "STATE", "LAG", "UNCONFIRMED"));
    for (Object one : peers) {
      Map<?, ?> peer = (Map<?, ?>) one;
      double lagMs = 1000 * ((Number) peer.get("lag_seconds")).doubleValue();
      rows.add(
          List.of(
              peer.get("node").toString(),
              peer.get("address").toString(),
              peer.get("in_step").equals(true) ? "in step" : "behind",
              String.format(Locale.ROOT, "%.1f ms", lagMs),
              peer.get("unconfirmed").toString()));
    }
    return rows;
  }
}
