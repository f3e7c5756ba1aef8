package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients and servers that are waited for in vain; each wait is a short one here. */
final class TimeoutTest extends ProxyTest {
  @BeforeEach
  void short_time_outs() {
    Duration s = Duration.ofMillis(150);
    setup.timeouts = new ListenerTimeouts(s, s, s, s);
  }

  @Test
  void a_head_that_does_not_come_whole_is_answered_408() throws Exception {
    answering(OK);
    start();
    Peer client = client().send("GET / HTTP/1.1\r\nHos");
    assertThat(client.rest())
        .startsWith("HTTP/1.1 408 Request Timeout\r\n")
        .contains("\r\nConnection: close\r\n")
        .doesNotEndWith("<reset>");
  }

  @Test
  void an_empty_line_after_a_request_begins_no_head_that_could_time_out() throws Exception {
    answering(OK);
    start();
    for (String empty : new String[] {"\r\n", "\r\n\r\n", "\r"}) {
      Peer client = client().send(GET + empty);
      assertThat(client.same(OK)).isEqualTo(OK);
      client.send(empty.endsWith("\n") ? "\r\n" : "\n");
      assertThat(client.rest()).as("no 408").isEmpty();
    }
  }

  @Test
  void a_connection_that_says_nothing_is_closed_without_a_word() throws Exception {
    answering(OK);
    start();
    assertThat(client().rest()).isEmpty();
  }

  @Test
  void an_idle_connection_is_closed_without_a_word() throws Exception {
    answering(OK);
    start();
    Peer client = client().send(GET);
    assertThat(client.rest()).isEqualTo(OK);
  }

  @Test
  void a_body_that_stalls_is_answered_408() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.rest();
        });
    start();
    Peer client = client().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
    assertThat(client.rest()).startsWith("HTTP/1.1 408 ").contains("\r\nConnection: close\r\n");
    eventually("the server's connection is closed", () -> server.open() == 0);
  }

  @Test
  void a_long_body_that_stalls_is_answered_408() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.rest();
        });
    start();
    Peer client = client().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n");
    Bulk.send(client, 1_000_000);
    assertThat(client.rest()).startsWith("HTTP/1.1 408 ").contains("\r\nConnection: close\r\n");
    eventually("the server's connection is closed", () -> server.open() == 0);
  }

  @Test
  void a_client_that_does_not_read_is_given_up() throws Exception {
    for (boolean chunked : new boolean[] {true, false}) {
      setup.servers.clear();
      setup.poolTimeouts =
          PoolTimeouts.DEFAULT.with(
              Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(5));
      server(c -> {
        c.head();
        try {
          if (chunked) {
            c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            Bulk.sendChunked(c, 100_000_000, 60_000);
          } else {
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            Bulk.send(c, 100_000_000);
          }
          throw new AssertionError("somebody took it all");
        } catch (java.io.IOException expected) {
          // The balancer has hung up.
        }
      });
      if (proxy == null) {
        start();
      } else {
        proxy.publish(setup.snapshot());
      }
      client().send(GET);
      eventually("it is under way", () -> inFlight() == 1);
      eventually("it is given up", () -> proxy.connections() == 0);
    }
  }

  @Test
  void a_connection_to_a_server_is_not_kept_idle_for_ever() throws Exception {
    setup.poolTimeouts =
        PoolTimeouts.DEFAULT.with(
            Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMillis(100));
    ScriptedServer server = answering(OK);
    start();
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
    eventually("it is closed", () -> server.open() == 0);
    assertThat(metric("steelyard_upstream_idle_connections")).isZero();
  }
}
