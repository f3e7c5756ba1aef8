package io.steelyard.share.peers;

import static io.steelyard.share.peers.Node.at;
import static io.steelyard.share.peers.Wire.keys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PeersTest {
  @Test
  void two_nodes_talk_when_one_knows_the_other() throws IOException {
    try (Node a = new Node("a");
        Node b = new Node("b", a.address())) {
      a.awaitEvent("+b 1");
      b.awaitEvent("+a 1");
      assertThat(a.say("b", "hello")).isTrue();
      assertThat(b.say("a", "")).isTrue();
      b.awaitEvent("a: hello");
      a.awaitEvent("b: ");
      assertThat(a.say("c", "nobody")).isFalse();
      Link link = a.peers.links().getFirst();
      assertThat(link.node()).isEqualTo("b");
      assertThat(link.incarnation()).isEqualTo(1);
      assertThat(link.outgoing()).isFalse();
      assertThat(b.peers.links().getFirst().outgoing()).isTrue();
      assertThat(b.peers.links().getFirst().address()).isEqualTo(a.peers.address());
      assertThat(b.peers.dialled("a")).contains(a.address());
      assertThat(a.peers.dialled("b")).isEmpty();
      assertThat(a.peers.counters().linksMade()).isEqualTo(1);
      assertThat(a.peers.counters().bytesIn()).isPositive();
      assertThat(a.peers.counters().bytesOut()).isGreaterThan(5);
      assertThat(a.peers.counters().handshakesRefused()).isZero();
    }
  }

  @Test
  void three_nodes_with_one_list_that_names_them_all_are_linked_once_each() throws IOException {
    List<Integer> ports = FreePorts.many(3);
    String[] all = {at(ports.get(0)), at(ports.get(1)), at(ports.get(2))};
    try (Node a = new Node("a", 1, ports.get(0), keys(1), Node.QUICK, all);
        Node b = new Node("b", 2, ports.get(1), keys(1), Node.QUICK, all);
        Node c = new Node("c", 3, ports.get(2), keys(1), Node.QUICK, all)) {
      a.awaitLinks("b", "c");
      b.awaitLinks("a", "c");
      c.awaitLinks("a", "b");
      for (Node from : List.of(a, b, c)) {
        for (String to : from.linked()) {
          assertThat(from.say(to, "from " + from.name)).isTrue();
        }
      }
      a.awaitEvent("b: from b");
      a.awaitEvent("c: from c");
      b.awaitEvent("c: from c");
      c.awaitEvent("a: from a");
      assertThat(a.events).containsOnlyOnce("+b 2", "+c 3").doesNotContain("-b", "-c", "+a 1");
      assertThat(c.events).containsOnlyOnce("+a 1", "+b 2").doesNotContain("-a", "-b");
    }
  }

  @Test
  void nodes_that_dial_each_other_at_once_keep_one_link_round_after_round() throws IOException {
    for (int round = 0; round < 40; round++) {
      List<Integer> ports = FreePorts.many(2);
      boolean turned = round % 2 == 0;
      try (Node first =
              new Node(turned ? "b" : "a", 1, ports.get(0), keys(1), Node.QUICK, at(ports.get(1)));
          Node second =
              new Node(
                  turned ? "a" : "b", 1, ports.get(1), keys(1), Node.QUICK, at(ports.get(0)))) {
        first.awaitEvent("+" + second.name + " 1");
        second.awaitEvent("+" + first.name + " 1");
        assertThat(first.say(second.name, "one")).isTrue();
        assertThat(second.say(first.name, "two")).isTrue();
        first.awaitEvent(second.name + ": two");
        second.awaitEvent(first.name + ": one");
        assertThat(first.events).hasSize(2);
        assertThat(second.events).hasSize(2);
        assertThat(first.peers.counters().linksMade()).isEqualTo(1);
        assertThat(second.peers.counters().linksMade()).isEqualTo(1);
        assertThat(first.peers.links().getFirst().outgoing())
            .isNotEqualTo(second.peers.links().getFirst().outgoing());
      }
    }
  }

  @Test
  void a_node_with_two_names_in_the_list_gets_one_link() throws IOException {
    try (Node a = new Node("a");
        Node b = new Node("b", a.address(), "localhost:" + a.peers.address().getPort())) {
      b.awaitEvent("+a 1");
      assertThat(b.say("a", "hello")).isTrue();
      a.awaitEvent("b: hello");
      assertThat(a.events).containsExactly("+b 1", "b: hello");
      assertThat(b.peers.counters().linksMade()).isEqualTo(1);
    }
  }

  @Test
  void a_killed_node_is_noticed_and_comes_back_with_a_new_incarnation() throws IOException {
    List<Integer> ports = FreePorts.many(1);
    try (Node a = new Node("a", at(ports.get(0)))) {
      for (long incarnation = 1; incarnation <= 5; incarnation++) {
        Node b = new Node("b", incarnation, ports.get(0), keys(1), Node.QUICK);
        a.awaitEvent("+b " + incarnation);
        b.awaitEvent("+a 1");
        b.close();
        a.awaitLinks();
        assertThat(b.events).containsExactly("+a 1", "-a");
      }
      Eventually.holds("all ends are heard of", () -> a.events.size() == 10);
      assertThat(a.events)
          .containsExactly("+b 1", "-b", "+b 2", "-b", "+b 3", "-b", "+b 4", "-b", "+b 5", "-b");
    }
  }

  @Test
  void a_later_start_of_a_node_takes_the_place_of_the_earlier_one() throws IOException {
    for (String name : List.of("a", "z")) {
      try (Node m = new Node("m");
          Node early = new Node(name, 1, 0, keys(1), Node.QUICK, m.address())) {
        m.awaitEvent("+" + name + " 1");
        try (Node late = new Node(name, 2, 0, keys(1), Node.QUICK, m.address())) {
          m.awaitEvent("+" + name + " 2");
          late.awaitEvent("+m 1");
          early.awaitEvent("-m");
          // The earlier one goes on trying, and is refused each time.
          long refused = early.peers.counters().handshakesRefused();
          Eventually.holds(
              "it is refused", () -> early.peers.counters().handshakesRefused() > refused + 2);
          assertThat(m.say(name, "hello")).isTrue();
          late.awaitEvent("m: hello");
          assertThat(m.events).containsExactly("+" + name + " 1", "-" + name, "+" + name + " 2");
        }
        m.awaitEvent("-" + name);
      }
    }
  }

  @Test
  void a_node_that_has_this_ones_name_is_refused_and_counted() throws IOException {
    try (Node one = new Node("a");
        Node other = new Node("a", one.address())) {
      Eventually.holds(
          "both count it",
          () -> one.peers.counters().nameClashes() > 1 && other.peers.counters().nameClashes() > 1);
      assertThat(one.linked()).isEmpty();
      assertThat(other.linked()).isEmpty();
      assertThat(one.events).isEmpty();
    }
  }

  @Test
  void a_node_that_dials_itself_drops_that_address() throws IOException {
    List<Integer> ports = FreePorts.many(1);
    try (Node a = new Node("a", 1, ports.get(0), keys(1), Node.QUICK, at(ports.get(0)));
        Node b = new Node("b", 1, 0, keys(1), Node.QUICK, at(ports.get(0)))) {
      b.awaitEvent("+a 1");
      assertThat(a.events).doesNotContain("+a 1");
      assertThat(a.peers.counters().nameClashes()).isZero();
      assertThat(a.peers.counters().handshakesRefused()).isZero();
    }
  }

  @Test
  void a_key_is_rotated_while_nodes_come_and_go() throws IOException {
    try (Node a = new Node("a")) {
      try (Node b = new Node("b", 1, 0, keys(1), Node.QUICK, a.address())) {
        b.awaitEvent("+a 1");
        a.peers.keys(keys(1, 2));
        assertThat(a.linked()).containsExactly("b");
      }
      a.awaitLinks();
      try (Node b = new Node("b", 2, 0, keys(2, 1), Node.QUICK, a.address())) {
        b.awaitEvent("+a 1");
      }
      a.awaitLinks();
      a.peers.keys(keys(2));
      try (Node b = new Node("b", 3, 0, keys(2), Node.QUICK, a.address());
          Node old = new Node("old", 3, 0, keys(1), Node.QUICK, a.address())) {
        b.awaitEvent("+a 1");
        Eventually.holds(
            "the old key is refused", () -> old.peers.counters().handshakesRefused() > 1);
        assertThat(a.linked()).containsExactly("b");
      }
    }
  }

  @Test
  void the_list_of_peers_is_replaced() throws IOException {
    try (Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c", a.address())) {
      c.awaitLinks("a");
      c.peers.peers(List.of(b.address()));
      c.awaitLinks("b");
      a.awaitEvent("-c");
      c.peers.peers(List.of(a.address(), b.address()));
      c.awaitLinks("a", "b");
      assertThat(c.events).doesNotContain("-b");
      assertThatIllegalArgumentException().isThrownBy(() -> c.peers.peers(List.of("nowhere")));
      assertThat(c.linked()).containsExactly("a", "b");
    }
  }

  @Test
  void a_name_that_nobody_knows_keeps_nobody_else_waiting() throws IOException {
    try (Node a = new Node("a");
        Node b = new Node("b", "no-such-node.invalid:7000", a.address())) {
      b.awaitLinks("a");
      assertThat(b.peers.counters().handshakesRefused()).isZero();
    }
  }

  @Test
  void what_a_listener_throws_costs_nothing() throws IOException {
    Peers.Listener bad =
        new Peers.Listener() {
          @Override
          public void connected(String node, long incarnation) {
            throw new IllegalStateException("a listener's defect, thrown for a test");
          }

          @Override
          public void disconnected(String node) {
            throw new IllegalStateException("a listener's defect, thrown for a test");
          }

          @Override
          public void received(String node, ByteBuffer message) {
            throw new IllegalStateException("a listener's defect, thrown for a test");
          }
        };
    try (Node a = new Node("a");
        Peers b =
            Peers.start(
                "b",
                1,
                new InetSocketAddress("127.0.0.1", 0),
                List.of(a.address()),
                keys(1),
                Node.QUICK,
                bad)) {
      a.awaitEvent("+b 1");
      assertThat(a.say("b", "one")).isTrue();
      Eventually.holds("b is linked", () -> b.links().size() == 1);
      assertThat(b.send("a", ByteBuffer.allocate(1))).isTrue();
      a.awaitEvent("b: \0");
    }
  }

  @Test
  void what_makes_no_sense_is_refused_at_the_start() throws IOException {
    try (Node a = new Node("a")) {
      int port = a.peers.address().getPort();
      assertThatIOException().isThrownBy(() -> new Node("b", 1, port, keys(1), Node.QUICK).close());
      assertThatIllegalArgumentException().isThrownBy(() -> new Node("").close());
      assertThatIllegalArgumentException().isThrownBy(() -> new Node("a\nb").close());
      assertThatIllegalArgumentException().isThrownBy(() -> new Node("n".repeat(256)).close());
      assertThatIllegalArgumentException().isThrownBy(() -> new Node("b", "x:0").close());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> a.peers.send("b", ByteBuffer.allocate(1 << 20)));
    }
  }

  @Test
  void a_closed_one_is_heard_of_and_leaves_its_port() throws IOException {
    List<Integer> ports = FreePorts.many(1);
    try (Node a = new Node("a")) {
      for (int round = 0; round < 3; round++) {
        Node b = new Node("b", round, ports.get(0), keys(1), Node.QUICK, a.address());
        b.awaitEvent("+a 1");
        b.close();
        b.close();
        assertThat(b.events).containsExactly("+a 1", "-a");
        assertThat(b.linked()).isEmpty();
        assertThat(b.say("a", "too late")).isFalse();
        a.awaitLinks();
      }
    }
  }
}
