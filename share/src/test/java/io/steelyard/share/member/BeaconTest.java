package io.steelyard.share.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.Member;
import io.steelyard.cluster.member.Member.Presence;
import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.member.Membership.Change;
import io.steelyard.cluster.member.MembershipOptions;
import io.steelyard.cluster.member.NodeReport;
import io.steelyard.core.session.Keyring;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BeaconTest {
  private static final long BEAT_NS = 20_000_000;
  private static final Keyring KEY = key("k");

  private final int port = FreePorts.any();
  private final List<Node> nodes = new ArrayList<>();

  private static Keyring key(String letter) {
    return Keyring.of(List.of(letter.repeat(32).getBytes(StandardCharsets.US_ASCII)));
  }

  private final class Node implements Beacon.Listener {
    final Membership membership;
    final Beacon beacon;
    final List<Change> changes = new CopyOnWriteArrayList<>();
    volatile NodeReport.State state = NodeReport.State.READY;

    Node(String name, int host, Keyring key) throws IOException {
      membership =
          new Membership(name, 1_000 + host, host, MembershipOptions.DEFAULT, System.nanoTime());
      membership.nodes(3);
      List<String> all =
          List.of("127.0.0.1:" + port, "127.0.0.2:" + port, "localhost:" + (port + 1));
      beacon =
          new Beacon(
              membership,
              at(host),
              all,
              key,
              BEAT_NS,
              Beacon.Clock.SYSTEM,
              new SplittableRandom(host),
              this);
      nodes.add(this);
      beacon.start();
    }

    @Override
    public void prepare() {
      // All is at hand.
    }

    @Override
    public Beat beat(long nowNs) {
      return membership.beat(
          new NodeReport("1", "r", "", state, 1, 2, List.of(), System.currentTimeMillis()), nowNs);
    }

    @Override
    public void happened(List<Change> happened) {
      changes.addAll(happened);
    }

    List<Member> others() {
      synchronized (membership) {
        return membership.members(System.nanoTime());
      }
    }

    boolean hears(String name) {
      return others().stream()
          .anyMatch(m -> m.node().equals(name) && m.presence() == Presence.HEARD && m.hearsUs());
    }
  }

  private InetSocketAddress at(int host) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + host), port);
  }

  @AfterEach
  void close() throws IOException {
    for (Node node : nodes) {
      node.beacon.close();
    }
  }

  @Test
  void nodes_hear_each_other_and_notice_who_goes() throws Exception {
    Node one = new Node("lb1", 1, KEY);
    Node two = new Node("lb2", 2, KEY);
    Eventually.holds("both hear both", () -> one.hears("lb2") && two.hears("lb1"));
    assertThat(one.others().getFirst().address()).isEqualTo("127.0.0.2:" + port);
    two.state = NodeReport.State.LEAVING;
    Eventually.holds(
        "it hears that the other one leaves",
        () -> one.others().getFirst().report().state() == NodeReport.State.LEAVING);
    two.beacon.close();
    Eventually.holds("it has left", () -> one.others().getFirst().presence() == Presence.LEFT);
    assertThat(one.changes).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void a_lease_is_held_by_one_of_them() throws Exception {
    Node one = new Node("lb1", 1, KEY);
    Node two = new Node("lb2", 2, KEY);
    for (Node node : List.of(one, two)) {
      synchronized (node.membership) {
        node.membership.wants(Set.of("v"), System.nanoTime());
      }
    }
    Eventually.holds("somebody holds it", () -> holds(one) || holds(two));
    assertThat(holds(one) && holds(two)).isFalse();
  }

  private static boolean holds(Node node) {
    synchronized (node.membership) {
      return node.membership.holds("v", System.nanoTime());
    }
  }

  @Test
  void who_has_another_key_is_counted_and_named_but_not_heard() throws Exception {
    Node one = new Node("lb1", 1, KEY);
    new Node("lb2", 2, key("x"));
    Eventually.holds("it is refused", () -> one.beacon.counters().refused().get("wrong-key") > 0);
    assertThat(one.beacon.lastRefused()).contains("127.0.0.2:" + port).contains("key");
    assertThat(one.others()).isEmpty();
  }

  @Test
  void a_namesake_is_counted_and_named() throws Exception {
    Node one = new Node("lb1", 1, KEY);
    new Node("lb1", 2, KEY);
    Eventually.holds("it is refused", () -> one.beacon.counters().refused().get("same-name") > 0);
    assertThat(one.beacon.lastRefused()).contains("lb1").contains("127.0.0.2:" + port);
  }

  @Test
  void rubbish_is_counted_and_changes_nothing() throws Exception {
    Node one = new Node("lb1", 1, KEY);
    try (DatagramChannel stranger = DatagramChannel.open()) {
      stranger.send(ByteBuffer.wrap(new byte[9_000]), at(1));
      stranger.send(ByteBuffer.allocate(0), at(1));
    }
    Eventually.holds(
        "both are refused", () -> one.beacon.counters().refused().get("wrong-key") == 2);
  }

  @Test
  void an_address_that_is_taken_is_an_error_that_says_so() throws Exception {
    new Node("lb1", 1, KEY);
    assertThatThrownBy(() -> new Node("lb2", 1, KEY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("UDP port " + port);
  }
}
