package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.NodeReport;
import io.steelyard.config.Config;
import io.steelyard.config.ListenerConfig;
import io.steelyard.config.PoolConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/** What this node says of itself to the others. Any thread. */
final class OwnReport {
  private static final int NAME_BYTES = 4;

  private final String version;
  private final Supplier<NodeReport.State> state;
  private volatile Served served = new Served(0, View.EMPTY);
  private volatile Named named = new Named(-1, "none");
  private volatile int connections;
  private volatile int requestsPerSecond;

  /** The {@code number}th configuration. */
  private record Served(long number, View view) {}

  /** What counts of a configuration: what is a node's own, such as its addresses, does not. */
  private record View(String zone, List<ListenerConfig> listeners, List<PoolConfig> pools) {
    static final View EMPTY = new View("", List.of(), List.of());
  }

  /** The name that equal configurations have on all nodes. */
  private record Named(long number, String name) {}

  OwnReport(String version, Supplier<NodeReport.State> state) {
    this.version = version;
    this.state = state;
  }

  /** From now on this node serves this. One thread at a time. */
  void serves(Config config) {
    View view = new View(config.zone(), config.listeners(), config.pools());
    served = new Served(served.number() + 1, view);
  }

  /** Worked out when it is asked for first: with thousands of servers that takes a while. */
  private String name(Served now) {
    if (named.number() != now.number()) {
      MessageDigest digest = sha256();
      now.view().listeners().forEach(l -> add(digest, l));
      now.view().pools().forEach(p -> add(digest, p));
      String name = HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES);
      named = new Named(now.number(), name);
    }
    return named.name();
  }

  private static void add(MessageDigest digest, Object part) {
    digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** How busy it is. */
  void load(int connectionsNow, int requestsPerSecondNow) {
    connections = connectionsNow;
    requestsPerSecond = requestsPerSecondNow;
  }

  NodeReport report(List<String> owns) {
    Served now = served;
    return new NodeReport(
        version,
        name(now),
        now.view().zone(),
        state.get(),
        connections,
        requestsPerSecond,
        owns,
        System.currentTimeMillis());
  }
}
