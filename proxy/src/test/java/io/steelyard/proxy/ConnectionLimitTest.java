package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that come while others leave no room. */
final class ConnectionLimitTest extends ProxyTest {
  private static final int LIMIT = 5;
  private static final int CLIENTS = 40;

  @Test
  void a_burst_of_clients_over_several_loops_never_exceeds_the_limit_and_all_are_served()
      throws Exception {
    setup.loops = 3;
    setup.limits = new ListenerLimits(LIMIT, 16 * 1024, 100);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    server(c -> {
      while (c.head() != null) {
        // Less than are connected, never more: whoever is counted here has not been answered.
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        inside.decrementAndGet();
        c.send(OK);
      }
    });
    start();
    CountDownLatch go = new CountDownLatch(1);
    proxy.proxyLoops().forEach(p -> p.loop().execute(() -> Bulk.await(go)));
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(client().send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    }
    go.countDown();
    for (Peer client : clients) {
      assertThat(client.rest()).endsWith("\r\n\r\nok");
    }
    assertThat(most).hasValueBetween(1, LIMIT);
  }

  @Test
  void clients_beyond_the_limit_are_served_when_the_listener_drains() throws Exception {
    setup.limits = new ListenerLimits(1, 16 * 1024, 100);
    answering(OK);
    start();
    CountDownLatch go = new CountDownLatch(1);
    proxy.proxyLoops().getFirst().loop().execute(() -> Bulk.await(go));
    List<Peer> clients = List.of(client(), client(), client());
    go.countDown();
    eventually("one is in", () -> proxy.connections() == 1);
    proxy.publish(setup.snapshot(List.of()));
    proxy.drain(List.of(setup.listener()));
    for (Peer client : clients) {
      assertThat(client.rest()).as("ended, not reset").isEmpty();
    }
  }

  @Test
  void a_wider_limit_holds_over_all_listeners() {
    ConnectionLimit all = new ConnectionLimit(null, 3);
    ConnectionLimit a = new ConnectionLimit(all, 2);
    ConnectionLimit b = new ConnectionLimit(all, 2);
    assertThat(a.enter()).isTrue();
    assertThat(a.enter()).isTrue();
    assertThat(a.enter()).isFalse();
    assertThat(b.enter()).isTrue();
    assertThat(b.full()).isTrue();
    assertThat(b.enter()).isFalse();
    a.leave();
    assertThat(a.full()).isFalse();
    assertThat(b.enter()).isTrue();
    assertThat(a.full()).isTrue();
  }

  @Test
  void who_is_refused_is_never_seen_in_the_count() throws Exception {
    ConnectionLimit full = new ConnectionLimit(null, 1);
    assertThat(full.enter()).isTrue();
    CountDownLatch refused = new CountDownLatch(1);
    Thread knocking =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 200_000; i++) {
                full.enter();
              }
              refused.countDown();
            });
    while (refused.getCount() > 0) {
      assertThat(full.count()).isEqualTo(1);
    }
    knocking.join();
  }
}
