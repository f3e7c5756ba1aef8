package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerTimeouts;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connections that go on in another protocol. */
final class UpgradeTest extends ProxyTest {
  private static final String ASK =
      "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";

  private static void takeUp(Peer c) throws Exception {
    assertThat(c.head())
        .startsWith("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n")
        .contains("\r\nConnection: upgrade\r\n");
    c.send(SWITCHING);
  }

  @Test
  void bytes_go_both_ways_after_the_switch() throws Exception {
    server(c -> {
      takeUp(c);
      for (String s = c.text(4); !s.isEmpty(); s = c.text(4)) {
        c.send("<" + s + ">");
      }
    });
    start();
    Peer client = client().send(ASK);
    assertThat(client.same(SWITCHING)).isEqualTo(SWITCHING);
    for (int i = 0; i < 10; i++) {
      client.send("ping");
      assertThat(client.text(6)).isEqualTo("<ping>");
    }
    assertThat(inFlight()).isEqualTo(1);
  }

  @Test
  void bytes_right_behind_the_request_and_right_behind_the_answer_are_kept() throws Exception {
    server(c -> {
      assertThat(c.head()).startsWith("GET /chat ");
      c.send(SWITCHING + "hello client");
      assertThat(c.text(12)).isEqualTo("hello server");
      c.send("done");
    });
    start();
    Peer client = client().send(ASK + "hello server");
    assertThat(client.rest()).isEqualTo(SWITCHING + "hello clientdone");
  }

  @Test
  void each_direction_ends_by_itself() throws Exception {
    server(c -> {
      takeUp(c);
      assertThat(c.rest()).isEqualTo("all I have");
      c.send("and all I have");
    });
    start();
    Peer client = client().send(ASK);
    assertThat(client.same(SWITCHING)).isEqualTo(SWITCHING);
    client.send("all I have").shutdownOutput();
    assertThat(client.rest()).isEqualTo("and all I have");
  }

  @Test
  void the_servers_end_leaves_the_clients_direction_open() throws Exception {
    server(c -> {
      takeUp(c);
      c.send("bye").shutdownOutput();
      assertThat(c.rest()).isEqualTo("late");
    });
    start();
    Peer client = client().send(ASK);
    assertThat(client.rest()).isEqualTo(SWITCHING + "bye");
    client.send("late").shutdownOutput();
    eventually("the tunnel is gone", () -> proxy.connections() == 0);
  }

  @Test
  void bulk_goes_both_ways_at_once() throws Exception {
    int bytes = 10 << 20;
    server(c -> {
      takeUp(c);
      Bulk.bothWays(c, bytes);
      c.rest();
    });
    start();
    Peer client = client().send(ASK);
    assertThat(client.same(SWITCHING)).isEqualTo(SWITCHING);
    Bulk.bothWays(client, bytes);
  }

  @Test
  void a_server_that_does_not_switch_answers_as_ever() throws Exception {
    ScriptedServer server = answering(OK);
    start();
    Peer client = client().send(ASK).send(GET);
    assertThat(client.same(OK + OK)).isEqualTo(OK + OK);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void a_switch_that_nobody_asked_for_is_a_bad_gateway() throws Exception {
    server(c -> {
      c.head();
      c.send(SWITCHING);
      c.rest();
    });
    start();
    assertThat(client().send(GET).message()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
  }

  @Test
  void the_wish_for_cleartext_HTTP_2_is_not_passed_on() throws Exception {
    server(c -> {
      assertThat(c.head()).doesNotContain("h2c").doesNotContainIgnoringCase("\r\nConnection:");
      c.send(OK);
      c.rest();
    });
    start();
    Peer client =
        client().send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n");
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  @Test
  void a_reset_on_one_side_ends_the_other() throws Exception {
    server(c -> {
      takeUp(c);
      c.reset();
    });
    start();
    assertThat(client().send(ASK).rest()).startsWith(SWITCHING);
    eventually("the tunnel is gone", () -> proxy.connections() == 0);
  }

  @Test
  void a_tunnel_in_which_nothing_moves_is_closed() throws Exception {
    setup.timeouts =
        new ListenerTimeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(200));
    server(c -> {
      takeUp(c);
      c.rest();
    });
    start();
    assertThat(client().send(ASK).rest()).startsWith(SWITCHING);
  }
}
