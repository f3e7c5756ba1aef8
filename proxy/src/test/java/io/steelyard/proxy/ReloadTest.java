package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.snapshot.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** New snapshots and the end, while requests are under way. */
final class ReloadTest extends ProxyTest {
  private static final String CLOSING =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

  private final CountDownLatch go = new CountDownLatch(1);

  /** Answers the first request when it may, others at once. */
  private ScriptedServer waiting() throws Exception {
    return server(c -> {
      while (c.head() != null) {
        assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
        c.send(OK);
      }
    });
  }

  @Test
  void a_new_snapshot_disturbs_nothing_that_is_under_way() throws Exception {
    ScriptedServer old = waiting();
    start();
    Peer client = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1 && old.connections() == 1);
    setup.servers.clear();
    String other = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother";
    ScriptedServer next = keep(ScriptedServer.answering(other));
    setup.server("next", next.address(), 1, 0);
    proxy.publish(setup.snapshot());
    go.countDown();
    assertThat(client.same(OK)).isEqualTo(OK);
    client.send(GET);
    assertThat(client.same(other)).isEqualTo(other);
    eventually("nothing is kept of the old server", () -> old.open() == 0);
  }

  @Test
  void long_bodies_go_on_through_many_snapshots() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n";
    server(c -> {
      while (c.head() != null) {
        c.send(head);
        Bulk.send(c, 30_000_000);
      }
    });
    start();
    Peer client = client().send(GET + GET);
    FutureTask<Void> reading =
        Bulk.aside(() -> {
          for (int i = 0; i < 2; i++) {
            assertThat(client.same(head)).isEqualTo(head);
            Bulk.expect(client, 30_000_000);
          }
          return null;
        });
    do {
      proxy.publish(setup.snapshot());
    } while (!reading.isDone());
    reading.get(1, TimeUnit.SECONDS);
  }

  @Test
  void connections_of_a_listener_that_is_removed_end_after_their_answer() throws Exception {
    waiting();
    start();
    SocketAddress address = proxy.address("web");
    Listener removed = setup.listener();
    Peer idle = client();
    Peer busy = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1 && proxy.connections() == 2);
    proxy.publish(setup.snapshot(List.of()));
    proxy.drain(List.of(removed));
    assertThat(idle.rest()).isEmpty();
    go.countDown();
    assertThat(busy.rest()).isEqualTo(CLOSING);
    assertThatThrownBy(() -> keep(Peer.connect(address))).isInstanceOf(IOException.class);
    assertThat(proxy.address("web")).isNull();
  }

  @Test
  void a_listener_may_move_to_another_address() throws Exception {
    waiting();
    start();
    SocketAddress before = proxy.address("web");
    Peer busy = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1);
    Listener moved = setup.listener();
    setup.address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0);
    proxy.bind(List.of(setup.listener()));
    proxy.publish(setup.snapshot());
    proxy.drain(List.of(moved));
    assertThat(proxy.address("web")).isNotEqualTo(before);
    go.countDown();
    assertThat(busy.rest()).isEqualTo(CLOSING);
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
    assertThatThrownBy(() -> keep(Peer.connect(before))).isInstanceOf(IOException.class);
  }

  /** Connections were reset that the old sockets' backlog had taken in. */
  @Test
  void who_connects_while_a_listener_is_renamed_is_served() throws Exception {
    setup.loops = 2;
    answering(OK);
    setup.address = ScriptedServer.nobody();
    start();
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Integer> asking =
        Bulk.aside(() -> {
          int answered = 0;
          while (!over.get()) {
            try (Peer client = Peer.connect(setup.address)) {
              assertThat(client.send(GET).message()).endsWith("ok");
              answered++;
            }
          }
          return answered;
        });
    for (int i = 0; i < 200 && !asking.isDone(); i++) {
      Listener former = setup.listener();
      setup.listenerName = "name" + i;
      proxy.bind(List.of(setup.listener()));
      proxy.publish(setup.snapshot());
      proxy.drain(List.of(former));
    }
    over.set(true);
    assertThat(asking.get(10, TimeUnit.SECONDS)).isPositive();
  }

  @Test
  void an_answer_that_is_under_way_when_the_balancer_stops_ends_with_a_reset() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.0 200 OK\r\n\r\nhalf");
      c.headUnlessReset();
    });
    start();
    Peer client = client().send(GET);
    client.head();
    assertThat(client.text(4)).isEqualTo("half");
    proxy.close();
    assertThat(client.rest()).isEqualTo("<reset>");
  }

  @Test
  void an_address_in_use_is_refused_and_nothing_changes() throws Exception {
    answering(OK);
    ScriptedServer squatter = keep(ScriptedServer.answering(OK));
    start();
    setup.listenerName = "second";
    setup.address = squatter.address();
    Listener second = setup.listener();
    setup.listenerName = "web";
    assertThatThrownBy(() -> proxy.bind(List.of(second)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Integer.toString(((InetSocketAddress) squatter.address()).getPort()));
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
  }

  @Test
  void draining_all_waits_for_what_is_under_way() throws Exception {
    waiting();
    start();
    Peer idle = client();
    Peer busy = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1 && proxy.connections() == 2);
    FutureTask<Void> drained =
        Bulk.aside(() -> {
          assertThat(proxy.drainAll(Duration.ofSeconds(10))).isTrue();
          return null;
        });
    assertThat(idle.rest()).isEmpty();
    assertThat(drained.isDone()).isFalse();
    go.countDown();
    assertThat(busy.rest()).isEqualTo(CLOSING);
    drained.get(5, TimeUnit.SECONDS);
  }

  @Test
  void draining_all_has_a_deadline() throws Exception {
    waiting();
    start();
    Peer busy = client().send(GET);
    eventually("it is in flight", () -> inFlight() == 1);
    assertThat(proxy.drainAll(Duration.ofMillis(100))).isFalse();
    go.countDown();
    assertThat(busy.rest()).isEqualTo(CLOSING);
  }

  @Test
  void what_is_queued_for_a_slow_reader_is_still_sent_when_all_has_drained() throws Exception {
    int bytes = 8_000_000;
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      Bulk.sendChunked(c, bytes, 50_000);
      c.rest();
    });
    start();
    Peer slow = keep(Peer.connect(proxy.address("web"), 4096)).send(GET);
    assertThat(slow.head()).startsWith("HTTP/1.1 200 OK");
    FutureTask<Void> ended =
        Bulk.aside(() -> {
          assertThat(proxy.drainAll(Duration.ofSeconds(10))).isTrue();
          proxy.close();
          return null;
        });
    Bulk.expectChunked(slow, bytes, 50_000);
    ended.get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_client_that_has_not_been_heard_yet_is_answered_while_its_listener_drains()
      throws Exception {
    answering(OK);
    start();
    Peer early = client();
    eventually("it is accepted", () -> proxy.connections() == 1);
    proxy.drain(List.of(setup.listener()));
    assertThat(early.send(GET).rest()).isEqualTo(CLOSING);
  }

  @Test
  void a_client_that_stays_silent_does_not_hold_up_draining() throws Exception {
    answering(OK);
    start();
    Peer silent = client();
    eventually("it is accepted", () -> proxy.connections() == 1);
    proxy.drain(List.of(setup.listener()));
    assertThat(silent.ended()).isTrue();
  }
}
