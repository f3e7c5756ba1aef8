package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.member.NodeReport;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.ConfigParser;
import io.steelyard.control.Events;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases that nodes grant each other, over real sockets. */
final class NodeLeasesTest {
  private static final NodeReport READY =
      new NodeReport("1", "cafe", "", NodeReport.State.READY, 0, 0, List.of(), 0);

  @TempDir private Path dir;

  /** It was said nowhere that there is a majority: no node ever owned anything. */
  @Test
  void with_two_of_three_nodes_there_is_a_majority_and_a_lease_with_one_there_is_none()
      throws Exception {
    Files.writeString(dir.resolve("cluster.key"), "0123456789abcdef0123456789abcdef\n");
    int[] ports = {FreePorts.any(), FreePorts.any(), FreePorts.any()};
    try (Nodes first = nodes(0, ports)) {
      NodeLeases leases = new NodeLeases(() -> first, Duration.ofMillis(300));
      assertThat(leases.trouble()).isEqualTo("1 of 3 nodes are there: no majority");
      try (Nodes second = nodes(1, ports)) {
        assertThat(second.name()).isEqualTo("lb1");
        Eventually.holds("there is a majority", () -> leases.trouble().isEmpty());
        leases.wants(Set.of("eth0/51"));
        Eventually.holds("more than half grant it", () -> leases.untilNs().containsKey("eth0/51"));
      }
      Eventually.holds("the majority is lost", () -> !leases.trouble().isEmpty());
      Eventually.holds("and the lease", () -> leases.untilNs().isEmpty());
    }
  }

  /** A process that takes over is slow at first, and what is left of the lease is all it has. */
  @Test
  void what_is_held_is_fresh_when_it_is_handed_over() throws Exception {
    Files.writeString(dir.resolve("cluster.key"), "0123456789abcdef0123456789abcdef\n");
    int[] ports = {FreePorts.any(), FreePorts.any(), FreePorts.any()};
    try (Nodes first = nodes(0, ports);
        Nodes second = nodes(1, ports)) {
      assertThat(second.name()).isEqualTo("lb1");
      NodeLeases leases = new NodeLeases(() -> first, Duration.ofMillis(300));
      leases.wants(Set.of("eth0/51"));
      Eventually.holds("more than half grant it", () -> leases.untilNs().containsKey("eth0/51"));
      List<Long> leftMs = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        first.freshen();
        long nowNs = System.nanoTime();
        leftMs.add(Duration.ofNanos(first.heldUntilNs("eth0/51", nowNs) - nowNs).toMillis());
      }
      // Of 400. By itself a lease is up to two beats old, 100 ms.
      assertThat(leftMs.stream().sorted().toList().get(4)).as("%s", leftMs).isGreaterThan(370);
    }
  }

  private Nodes nodes(int own, int... ports) throws Exception {
    ClusterConfig cluster = cluster(own, ports);
    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[own]);
    Nodes nodes =
        new Nodes(
            "lb" + own,
            Nodes.newLife(System.currentTimeMillis()),
            bind,
            cluster,
            () -> READY,
            new Events(InstantSource.system(), 16),
            () -> {});
    nodes.start();
    return nodes;
  }

  private ClusterConfig cluster(int own, int... ports) throws Exception {
    String yaml =
        """
        listeners: {web: {address: ":8080", pool: app}}
        pools: {app: {servers: ["127.0.0.1:1"]}}
        cluster:
          node: lb%d
          bind: 127.0.0.1:%d
          peers: ["127.0.0.1:%d", "127.0.0.1:%d", "127.0.0.1:%d"]
          key: cluster.key
        """
            .formatted(own, ports[own], ports[0], ports[1], ports[2]);
    return ConfigParser.parse(dir + "/site.yaml", yaml).cluster();
  }
}
