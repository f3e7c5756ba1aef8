package io.steelyard.app.cli.doctor;

import static io.steelyard.app.cli.doctor.Finding.ok;
import static io.steelyard.app.cli.doctor.Finding.risk;
import static io.steelyard.app.cli.doctor.Finding.single;

import io.steelyard.app.cli.doctor.Facts.Live;
import io.steelyard.app.cli.doctor.Facts.Peer;
import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.config.Address;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.FromConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How many nodes there are, and whether they know of each other. */
final class NodeRules {
  /** Logs and leases of stores are hard to compare beyond that. */
  private static final long SKEW_MS = 500;

  private static final int MAJORITY_NODES = 3;

  private static final String JOIN =
      "on each of two machines, with the same key: cluster: {node: lb1, bind: \"10.0.0.11:7701\","
          + " peers: [\"10.0.0.11:7701\", \"10.0.0.12:7701\"], key: cluster.key}";

  private NodeRules() {}

  static void judge(Facts facts, List<Finding> out) {
    Optional<Integer> nodes = nodes(facts);
    if (nodes.isPresent() && nodes.get() < 2) {
      out.add(
          single(
              "one-node",
              "this node serves alone",
              "when it fails or its machine is restarted, nobody answers",
              JOIN));
    }
    nodes.ifPresent(count -> majority(facts, count, out));
    facts.live().filter(live -> live.nodes() > 1).ifPresent(live -> heard(live, out));
    facts.live().ifPresent(live -> troubles(live, out));
  }

  /** How many there are to be; empty if that is not known. */
  static Optional<Integer> nodes(Facts facts) {
    return facts
        .live()
        .map(Live::nodes)
        .or(() ->
            facts
                .settings()
                .filter(settings -> !finds(settings))
                .map(settings -> configured(settings.cluster())));
  }

  /** Whether nodes find each other in the store that they follow. */
  private static boolean finds(Settings settings) {
    ClusterConfig cluster = settings.cluster();
    return settings.from().filter(FromConfig.Store.class::isInstance).isPresent()
        && cluster.peers().isEmpty()
        && cluster.bind().isPresent()
        && cluster.key().isPresent();
  }

  private static int configured(ClusterConfig cluster) {
    if (cluster.bind().isEmpty() || cluster.key().isEmpty()) {
      return 1;
    }
    Address.Tcp bind = cluster.bind().get();
    boolean everyAddress = bind.host().isEmpty();
    boolean listed =
        cluster.peers().stream()
            .anyMatch(peer ->
                peer.port() == bind.port() && (everyAddress || peer.host().equals(bind.host())));
    // One peer and every address: that is another node, or listing it would be idle.
    boolean other = everyAddress && cluster.peers().size() == 1;
    return cluster.peers().size() + (listed && !other ? 0 : 1);
  }

  private static void majority(Facts facts, int nodes, List<Finding> out) {
    String quorum =
        facts
            .live()
            .map(Live::quorum)
            .or(() -> facts.settings().map(s -> VipRules.word(s.cluster().quorum())))
            .orElse("none");
    if (!VipRules.exclusive(facts)) {
      return;
    }
    if (quorum.equals("nodes") && nodes < MAJORITY_NODES) {
      out.add(
          single(
              "two-nodes-majority",
              "'quorum: nodes' with %d nodes".formatted(nodes),
              "when one of two fails the other is no majority: nobody owns the virtual addresses",
              "a third node in cluster.peers, if only to vote, or cluster: {quorum: none}"));
    } else if (quorum.equals("none") && nodes > 1) {
      out.add(
          risk(
              "two-owners",
              "'quorum: none'",
              "nodes that cannot hear each other both own the virtual addresses, until they can",
              nodes < MAJORITY_NODES
                  ? "a third node in cluster.peers and cluster: {quorum: nodes}, or know that it"
                      + " is so"
                  : "cluster: {quorum: nodes}"));
    }
  }

  private static void heard(Live live, List<Finding> out) {
    List<Peer> heard = live.heard();
    int missing = live.nodes() - 1 - heard.size();
    if (missing > 0) {
      missing(live, missing, out);
    } else {
      out.add(ok("nodes", "all %d nodes hear each other".formatted(live.nodes())));
    }
    heard.forEach(peer -> peer(live, peer, out));
    zones(live, out);
  }

  private static void missing(Live live, int missing, List<Finding> out) {
    String lost =
        live.others().stream()
            .filter(p -> !p.heard())
            .map(p -> p.node() + " at " + p.address() + " (" + p.presence() + ")")
            .collect(Collectors.joining(", "));
    String what =
        "%d of %d nodes %s not heard%s"
            .formatted(
                missing,
                live.nodes(),
                missing == 1 ? "is" : "are",
                lost.isEmpty() ? "" : ": " + lost);
    String mend =
        "start it; if it runs, let the UDP port of cluster.bind through on both sides: nft add rule"
            + " inet filter input udp dport 7701 accept";
    out.add(
        live.heard().isEmpty()
            ? single("peer-missing", what, "no node is left that could take over", mend)
            : risk("peer-missing", what, "one fewer may fail from now on", mend));
  }

  private static void peer(Live live, Peer peer, List<Finding> out) {
    if (!peer.hearsUs()) {
      out.add(
          risk(
              "one-way",
              "node %s is heard, but does not hear this node".formatted(peer.node()),
              "it believes that this node is lost",
              "on %s let UDP to the port of cluster.bind through: nft add rule inet filter input"
                      .formatted(peer.node())
                  + " udp dport 7701 accept"));
    }
    if (Math.abs(peer.clockAheadMs()) > SKEW_MS) {
      out.add(
          risk(
              "clock",
              "the clock of node %s is %d ms %s"
                  .formatted(
                      peer.node(),
                      Math.abs(peer.clockAheadMs()),
                      peer.clockAheadMs() < 0 ? "behind" : "ahead"),
              "logs, certificates and sessions of a store are judged by clocks",
              "apt-get install chrony, on all nodes; chronyc tracking says how far off it is"));
    }
    live.self().ifPresent(self -> differences(self, peer, out));
  }

  private static void differences(Peer self, Peer peer, List<Finding> out) {
    if (!self.version().equals(peer.version())) {
      out.add(
          risk(
              "versions",
              "node %s runs version %s, this one %s"
                  .formatted(peer.node(), peer.version(), self.version()),
              "nobody tests every pair of versions; it is meant for the time of an upgrade",
              "install the same version on all nodes, then: steelyard run --take-over FILE"));
    }
    if (!self.configuration().equals(peer.configuration())) {
      out.add(
          risk(
              "configurations",
              "node %s serves configuration %s, this one %s"
                  .formatted(peer.node(), peer.configuration(), self.configuration()),
              "after a take-over clients get another site",
              "the same listeners, pools and zone on all nodes; from: etcd://... keeps them so"));
    }
  }

  private static void zones(Live live, List<Finding> out) {
    List<Peer> all = new ArrayList<>(live.heard());
    live.self().ifPresent(all::add);
    Set<String> zones = all.stream().map(Peer::zone).collect(Collectors.toSet());
    if (all.size() < 2 || zones.contains("")) {
      return;
    }
    out.add(
        zones.size() == 1
            ? single(
                "nodes-one-zone",
                "all nodes stand in zone " + zones.iterator().next(),
                "what takes the zone down takes all nodes down",
                "a node in another zone, with its own name of it: zone: b")
            : ok("nodes-one-zone", "the nodes stand in %d zones".formatted(zones.size())));
  }

  /** In the node's own words; what has a rule of its own is not said twice. */
  private static void troubles(Live live, List<Finding> out) {
    for (String trouble : live.troubles()) {
      if (!trouble.contains("does not hear this node") && !trouble.startsWith("the clock of ")) {
        out.add(risk("trouble", trouble, "the node says so itself", Troubles.mend(trouble)));
      }
    }
  }
}
