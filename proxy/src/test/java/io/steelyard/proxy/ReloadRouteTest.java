package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pools change their numbers while requests are on their way that routes of old lead to. */
final class ReloadRouteTest extends ProxyTest {
  private static final String HALF = "GET / HTTP/1.1\r\nHo";
  private static final String OTHER_HALF = "st: a\r\n\r\n";

  private static String from(String pool) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + pool;
  }

  private static String closing(String pool) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n" + pool;
  }

  /** A pool of one server that says its pool's name. */
  private Pool pool(String name) throws Exception {
    setup.servers.clear();
    setup.server(name, keep(ScriptedServer.answering(from(name))).address(), 1, 0);
    return setup.pool(name, setup.servers);
  }

  private Listener listener(String name, int pool) {
    setup.listenerName = name;
    setup.routes = List.of(new Route("", "", pool));
    return setup.listener();
  }

  @Test
  void a_half_sent_request_of_a_removed_listener_is_answered_by_none_but_its_own_pool()
      throws Exception {
    Pool red = pool("red");
    Pool tan = pool("tan");
    Listener a = listener("a", 0);
    start();
    Listener b = listener("b", 1);
    proxy.bind(List.of(b));
    proxy.publish(setup.snapshot(List.of(a, b), List.of(red, tan)));
    Peer ofA = keep(Peer.connect(proxy.address("a"))).send(HALF);
    Peer ofB = keep(Peer.connect(proxy.address("b"))).send(HALF);
    eventually("both halves are there", () -> metric("steelyard_partial_head_bytes") == 2 * 256);

    // Pool 0 is another one now.
    Listener renumbered = listener("b", 0);
    proxy.publish(setup.snapshot(List.of(renumbered), List.of(tan)));
    proxy.drain(List.of(a));
    ofA.send(OTHER_HALF);
    assertThat(ofA.rest()).isEqualTo(closing("red"));

    // And now there is none.
    proxy.publish(setup.snapshot(List.of(), List.of()));
    proxy.drain(List.of(renumbered));
    ofB.send(OTHER_HALF);
    assertThat(ofB.rest()).isEqualTo(closing("tan"));
  }

  @Test
  void a_kept_connection_follows_its_listeners_new_number_for_the_pool() throws Exception {
    Pool red = pool("red");
    Pool tan = pool("tan");
    // A snapshot's listeners name none but its own pools.
    listener("b", 0);
    start();
    Listener b = listener("b", 1);
    proxy.publish(setup.snapshot(List.of(b), List.of(red, tan)));
    Peer kept = keep(Peer.connect(proxy.address("b"))).send(GET);
    assertThat(kept.same(from("tan"))).isEqualTo(from("tan"));
    proxy.publish(setup.snapshot(List.of(listener("b", 0)), List.of(tan, red)));
    for (int i = 0; i < 3; i++) {
      kept.send(GET);
      assertThat(kept.same(from("tan"))).isEqualTo(from("tan"));
    }
  }
}
