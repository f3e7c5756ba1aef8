package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.Protocol;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners that carry bytes unread. */
final class TcpListenerTest extends ProxyTest {
  @BeforeEach
  void tcp() {
    setup.protocol = Protocol.TCP;
  }

  @Test
  void bytes_go_both_ways() throws Exception {
    server(c -> {
      for (String s = c.text(4); !s.isEmpty(); s = c.text(4)) {
        c.send("<" + s + ">");
      }
    });
    start();
    Peer client = client();
    for (int i = 0; i < 50; i++) {
      client.send("ping");
      assertThat(client.text(6)).isEqualTo("<ping>");
    }
    assertThat(inFlight()).isEqualTo(1);
    client.shutdownOutput();
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void connections_are_counted_by_what_became_of_them() throws Exception {
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    setup.server("good", keep(ScriptedServer.start(c -> c.send("hello"))).address(), 1, 0);
    setup.balance = Algorithm.FIRST;
    start();
    assertThat(client().rest()).isEqualTo("hello");
    assertThat(metric("steelyard_requests", "code", "0", "server", "good")).isEqualTo(1);
    assertThat(metric("steelyard_retries")).isEqualTo(1);
    setup.down("good");
    try (Peer refused = Peer.connect(proxy.address("web"))) {
      assertThat(refused.rest()).isEqualTo("<reset>");
    } catch (IOException e) {
      // Refused before the socket of the test knew that it was connected.
    }
    assertThat(metric("steelyard_requests", "code", "503")).isEqualTo(1);
  }

  @Test
  void what_is_under_way_when_the_balancer_stops_ends_with_a_reset() throws Exception {
    server(c -> {
      c.send("220 hello\r\n");
      c.headUnlessReset();
    });
    start();
    Peer client = client();
    assertThat(client.text(11)).isEqualTo("220 hello\r\n");
    proxy.close();
    assertThat(client.rest()).isEqualTo("<reset>");
  }

  private static final PassiveHealth THREE_IN_A_ROW =
      new PassiveHealth(
          3, 0, 1, 0, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), 0.5);

  private int failedInARow() {
    return setup.state("s0").traffic().failedInARow();
  }

  /** A database's server would be ejected for three failures within days. */
  @Test
  void a_server_that_has_spoken_has_no_row_of_failures_though_its_connections_stay()
      throws Exception {
    setup.passive = THREE_IN_A_ROW;
    server(c -> {
      c.send("hello");
      c.rest();
    });
    start();
    setup.state("s0").ended(0, Outcome.BROKEN);
    setup.state("s0").ended(0, Outcome.BROKEN);
    assertThat(client().text(5)).isEqualTo("hello");
    assertThat(failedInARow()).isZero();
    assertThat(setup.state("s0").traffic().good()).isZero();
  }

  @Test
  void a_server_that_accepts_and_resets_fails() throws Exception {
    setup.passive = THREE_IN_A_ROW;
    server(c -> {
      c.text(4);
      c.reset();
    });
    start();
    for (int i = 1; i <= 3; i++) {
      assertThat(client().send("ping").rest()).isEqualTo("<reset>");
      int failures = i;
      eventually("it is counted", () -> failedInARow() == failures);
    }
  }

  @Test
  void what_a_client_breaks_off_is_no_fault_of_its_server() throws Exception {
    setup.passive = THREE_IN_A_ROW;
    ScriptedServer server = server(Peer::headUnlessReset);
    start();
    Peer client = client();
    eventually("it is connected", () -> server.connections() == 1);
    client.reset();
    eventually("it is over", () -> inFlight() == 0);
    assertThat(setup.state("s0").traffic().failed()).isZero();
  }

  @Test
  void retries_keep_to_the_budget() throws Exception {
    PoolLimits d = PoolLimits.DEFAULT;
    setup.poolLimits = new PoolLimits(d.idleConnections(), 2, 0, 0, false, 0, false, d.queue());
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    setup.server("good", keep(ScriptedServer.start(c -> c.send("hello"))).address(), 1, 0);
    setup.balance = Algorithm.FIRST;
    start();
    try (Peer refused = Peer.connect(proxy.address("web"))) {
      assertThat(refused.rest()).isEqualTo("<reset>");
    } catch (IOException e) {
      // Refused before the socket of the test knew that it was connected.
    }
    assertThat(metric("steelyard_retries_denied")).isEqualTo(1);
    assertThat(metric("steelyard_retries")).isZero();
    assertThat(setup.poolState().retrying()).isZero();
  }

  @Test
  void a_server_may_speak_first() throws Exception {
    server(c -> {
      c.send("220 hello\r\n");
      assertThat(c.rest()).isEqualTo("quit");
    });
    start();
    Peer client = client();
    assertThat(client.text(11)).isEqualTo("220 hello\r\n");
    client.send("quit").shutdownOutput();
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void each_direction_ends_by_itself() throws Exception {
    server(c -> {
      assertThat(c.rest()).isEqualTo("question");
      c.send("answer");
    });
    start();
    Peer client = client().send("question");
    client.shutdownOutput();
    assertThat(client.rest()).isEqualTo("answer");
  }

  @Test
  void the_servers_end_leaves_the_clients_direction_open() throws Exception {
    server(c -> {
      c.send("bye").shutdownOutput();
      Bulk.expect(c, 3_000_000);
      assertThat(c.ended()).isTrue();
    });
    start();
    Peer client = client();
    assertThat(client.rest()).isEqualTo("bye");
    Bulk.send(client, 3_000_000);
    client.shutdownOutput();
    eventually("the tunnel is gone", () -> proxy.connections() == 0);
  }

  @Test
  void fifty_mebibytes_go_both_ways_at_once() throws Exception {
    long bytes = 50 << 20;
    server(c -> {
      Bulk.bothWays(c, bytes);
    });
    start();
    Peer client = client();
    Bulk.bothWays(client, bytes);
    assertThat(client.ended()).isTrue();
  }

  @Test
  void small_and_large_pieces_keep_their_order() throws Exception {
    server(c -> {
      for (int i = 0; i < 40; i++) {
        int n = i % 2 == 0 ? 100 + i : 400_000 + i;
        Bulk.expect(c, n);
        Bulk.send(c, n);
      }
    });
    start();
    Peer client = client();
    for (int i = 0; i < 40; i++) {
      int n = i % 2 == 0 ? 100 + i : 400_000 + i;
      Bulk.send(client, n);
      Bulk.expect(client, n);
    }
    assertThat(client.rest()).isEmpty();
  }

  @Test
  void a_connect_that_fails_is_tried_on_another_server() throws Exception {
    setup.balance = Algorithm.FIRST;
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    server(c -> assertThat(c.text(5)).isEqualTo("hello"));
    start();
    Peer client = client().send("hello");
    assertThat(client.rest()).isEmpty();
    assertThat(metric("steelyard_upstream_connect_failures", "server", "gone")).isEqualTo(1);
  }

  @Test
  void a_client_that_has_ended_already_still_reaches_the_next_server() throws Exception {
    setup.balance = Algorithm.FIRST;
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    server(c -> {
      assertThat(c.rest()).isEqualTo("hello");
      c.send("world");
    });
    start();
    Peer client = client().send("hello");
    client.shutdownOutput();
    assertThat(client.rest()).isEqualTo("world");
  }

  @Test
  void a_client_is_closed_when_all_servers_are_down_or_gone() throws Exception {
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    start();
    assertThat(whatComes()).isIn("", "<reset>");
    setup.down("gone");
    assertThat(whatComes()).isIn("", "<reset>");
  }

  private String whatComes() throws Exception {
    try {
      return client().rest();
    } catch (java.net.SocketException e) {
      // The reset was faster than the rest of connect.
      return "<reset>";
    }
  }

  @Test
  void a_reset_passes_to_the_other_side() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.send("x");
          c.rest();
        });
    start();
    Peer client = client();
    assertThat(client.text(1)).isEqualTo("x");
    client.reset();
    eventually("the server's connection is closed", () -> server.open() == 0);
  }

  @Test
  void a_reset_by_the_server_is_no_clean_end_for_the_client() throws Exception {
    server(c -> {
      c.send("half of it");
      c.text(1);
      c.reset();
    });
    start();
    Peer client = client();
    assertThat(client.text(10)).isEqualTo("half of it");
    client.send("x");
    assertThat(client.rest()).isEqualTo("<reset>");
  }
}
