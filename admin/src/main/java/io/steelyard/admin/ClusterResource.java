package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.cluster.ShareStatus.Peer;
import io.steelyard.control.Status;
import io.steelyard.control.cluster.ClusterStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code /v1/cluster}: what this node shares, with whom, and how it stands. GET of {@code
 * /v1/cluster/keys} says which keys for sessions are in use, by what tells nothing of them; POST
 * gives all nodes a new one, with If-Match only if nobody else has done so meanwhile.
 */
final class ClusterResource {
  private static final String KEYS = "/v1/cluster/keys";

  private final NodeView node;

  ClusterResource(NodeView node) {
    this.node = node;
  }

  static boolean isAt(List<String> path) {
    return path.equals(List.of("v1", "cluster")) || path.equals(List.of("v1", "cluster", "keys"));
  }

  Answer answer(HttpExchange exchange, List<String> path, Change change) throws Problem {
    Queries.demandNone(exchange);
    String method = exchange.getRequestMethod();
    if (path.size() > 2) {
      return keys(exchange, method, change);
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new Problem(Answer.notAllowed("/v1/cluster", "GET, HEAD"));
    }
    return Answer.json(report(node.status(), node.cluster()));
  }

  private Answer keys(HttpExchange exchange, String method, Change change) throws Problem {
    Preconditions conditions = Preconditions.of(exchange.getRequestHeaders());
    switch (method) {
      case "GET", "HEAD" -> {
        String version = node.keysVersion();
        return conditions.answer(Answer.json(Map.of("version", version)), tag(version));
      }
      case "POST" -> {
        SameOrigin.demand(exchange);
        change.summary("a new key for sessions");
        // Or two that have seen the same keys could both change them.
        synchronized (this) {
          String tag = tag(node.keysVersion());
          change.from(tag);
          conditions.demand(tag);
          return rotate();
        }
      }
      default -> throw new Problem(Answer.notAllowed(KEYS, "GET, HEAD, POST"));
    }
  }

  private static String tag(String version) {
    return Preconditions.tag("keys " + version);
  }

  private Answer rotate() {
    return switch (node.rotateKeys()) {
      case DONE -> Answer.json(Map.of("rotated", true));
      case KEYS_IN_FILE ->
          conflict("The keys are those of the file that 'state.keys' names: change them there.");
      case NOT_SHARED ->
          conflict("Nothing is shared with other nodes: 'state: {share: peers}' begins to.");
      case NOT_IN_STEP ->
          conflict(
              "Some nodes would not hear of it: "
                  + node.status().share().trouble().orElse("they are away")
                  + ". Try again when all are in step.");
      case NO_ROOM -> conflict("There is no room for one more thing that all nodes are to know.");
    };
  }

  private static Answer conflict(String why) {
    return Answer.problem(409, "Conflict", why);
  }

  private static Map<String, Object> report(Status status, ClusterStatus cluster) {
    ShareStatus share = status.share();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("node", share.node().isEmpty() ? status.node() : share.node());
    report.put("share", share.carrier());
    report.put("state", state(share));
    report.put("trouble", share.trouble().orElse(null));
    report.put("peers", share.peers().stream().map(ClusterResource::peer).toList());
    report.put("changes_told", share.told());
    report.put("changes_heard", share.heard());
    report.put("changes_learnt", share.learnt());
    report.put("changes_lost", share.lost());
    report.put("lag_seconds", seconds(share.lag()));
    report.put("counts", share.counts());
    ClusterReport.add(cluster, report);
    return report;
  }

  /** In a word. */
  static String state(ShareStatus share) {
    if (share.carrier().equals(ShareStatus.NONE.carrier())) {
      return "alone";
    }
    String troubled = share.syncing() ? "syncing" : "degraded";
    return share.trouble().isEmpty() ? "in step" : troubled;
  }

  private static Map<String, Object> peer(Peer peer) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("node", peer.node());
    out.put("address", peer.address());
    out.put("in_step", peer.inStep());
    out.put("lag_seconds", seconds(peer.lag()));
    out.put("unconfirmed", peer.unconfirmed());
    return out;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
