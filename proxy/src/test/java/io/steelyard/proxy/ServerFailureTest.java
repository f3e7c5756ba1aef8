package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a client sees when servers fail, and what is tried again. */
final class ServerFailureTest extends ProxyTest {
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

  @Test
  void all_down_is_unavailable_and_says_when_to_come_again() throws Exception {
    answering(OK);
    setup.down("s0");
    start();
    Peer client = client().send(GET + GET);
    for (int i = 0; i < 2; i++) {
      assertThat(client.message())
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .contains("\r\nRetry-After: 1\r\n")
          .endsWith("503 all servers are down\n");
    }
  }

  @Test
  void a_server_that_comes_back_is_used_again_at_once() throws Exception {
    answering(OK);
    io.steelyard.core.health.Standing up = setup.state("s0").standing();
    setup.down("s0");
    start();
    Peer client = client().send(GET);
    assertThat(client.message()).startsWith("HTTP/1.1 503 ");
    setup.state("s0").standing(up);
    client.send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  @Test
  void an_answer_whose_head_is_too_large_is_told_as_that() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(257) + "\r\n");
      c.rest();
    });
    start();
    assertThat(client().send(GET).message())
        .startsWith("HTTP/1.1 502 ")
        .contains("the server's response has too large a head");
  }

  @Test
  void a_malformed_answer_is_a_bad_gateway() throws Exception {
    String[] answers = {
      "nonsense\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
      "HTTP/1.1 99 No\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    AtomicInteger next = new AtomicInteger();
    server(c -> {
      c.head();
      c.send(answers[next.getAndIncrement()]);
      c.rest();
    });
    start();
    Peer client = client();
    for (String answer : answers) {
      client.send(GET);
      assertThat(client.message()).as(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    }
    assertThat(next.get()).as("nothing was sent twice").isEqualTo(answers.length);
  }

  @Test
  void a_server_that_closes_in_the_middle_of_a_head_is_a_bad_gateway_for_POST() throws Exception {
    server(c -> {
      c.message();
      c.send("HTTP/1.1 200 OK\r\nConte");
    });
    start();
    assertThat(client().send(POST).message()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
  }

  @Test
  void a_truncated_answer_ends_with_a_reset() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    });
    start();
    assertThat(client().send(GET).rest()).endsWith("<reset>");
  }

  @Test
  void a_truncated_long_answer_ends_short() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
      Bulk.send(c, 5_000_000);
    });
    start();
    String all = client().send(GET).rest();
    assertThat(all.length()).isLessThan(9_000_000);
  }

  @Test
  void a_truncated_chunked_answer_ends_with_a_reset() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    });
    start();
    assertThat(client().send(GET).rest()).endsWith("<reset>");
  }

  @Test
  void malformed_chunks_in_the_middle_of_an_answer_end_it_with_a_reset() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
      begun.await();
      c.send("zz\r\n");
      c.rest();
    });
    start();
    Peer client = client().send(GET);
    assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(client.text(10)).isEqualTo("5\r\nhello\r\n");
    begun.countDown();
    assertThat(client.rest()).isEqualTo("<reset>");
  }

  @Test
  void no_answer_in_time_is_a_gateway_timeout() throws Exception {
    setup.poolTimeouts =
        PoolTimeouts.DEFAULT.with(
            Duration.ofSeconds(2), Duration.ofMillis(150), Duration.ofSeconds(5));
    ScriptedServer server =
        server(c -> {
          c.head();
          assertThat(c.head()).as("no second request").isNull();
        });
    start();
    Peer client = client().send(GET);
    assertThat(client.message()).startsWith("HTTP/1.1 504 Gateway Timeout\r\n");
    eventually("the server's connection is closed", () -> server.open() == 0);
    assertThat(server.connections()).as("not tried again").isEqualTo(1);
  }

  @Test
  void an_answer_that_stalls_ends_with_a_reset() throws Exception {
    setup.poolTimeouts =
        PoolTimeouts.DEFAULT.with(
            Duration.ofSeconds(2), Duration.ofMillis(150), Duration.ofSeconds(5));
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
      c.rest();
    });
    start();
    assertThat(client().send(GET).rest()).endsWith("<reset>");
  }

  @Test
  void a_connect_that_fails_is_tried_on_another_server() throws Exception {
    setup.balance = Algorithm.FIRST;
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    answering(OK);
    start();
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(metric("steelyard_upstream_connect_failures", "server", "gone")).isEqualTo(3);
  }

  @Test
  void a_request_with_a_body_is_taken_elsewhere_when_the_connect_fails() throws Exception {
    setup.balance = Algorithm.FIRST;
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    server(c -> {
      for (String m = c.message(); m != null; m = c.message()) {
        assertThat(m).endsWith("\r\n\r\nbody");
        c.send(OK);
      }
    });
    start();
    Peer client = client();
    for (int i = 0; i < 5; i++) {
      client.send(POST);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
  }

  @Test
  void no_server_that_can_be_reached_is_unavailable() throws Exception {
    setup.server("gone", ScriptedServer.nobody(), 1, 0);
    setup.server("gone too", ScriptedServer.nobody(), 1, 0);
    start();
    Peer client = client().send(GET);
    assertThat(client.message()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
    client.send(POST);
    assertThat(client.message()).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
  }

  /** Answers one request on each connection and closes at the next one, without a word. */
  private ScriptedServer closesAtTheSecondRequest() throws Exception {
    return server(c -> {
      c.message();
      c.send(OK);
      c.message();
    });
  }

  @Test
  void a_dead_idle_connection_is_tried_again_on_a_fresh_one_for_GET() throws Exception {
    ScriptedServer server = closesAtTheSecondRequest();
    start();
    Peer client = client();
    for (int i = 0; i < 4; i++) {
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(server.connections()).isEqualTo(4);
  }

  @Test
  void a_dead_idle_connection_is_not_tried_again_for_POST() throws Exception {
    ScriptedServer server = closesAtTheSecondRequest();
    start();
    Peer client = client().send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
    client.send(POST);
    assertThat(client.message()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void an_idle_connection_that_the_server_closed_is_not_used() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.message();
          c.send(OK);
        });
    start();
    Peer client = client();
    for (int i = 0; i < 5; i++) {
      client.send(POST);
      assertThat(client.same(OK)).isEqualTo(OK);
      eventually("none is idle", () -> metric("steelyard_upstream_idle_connections") == 0);
    }
    assertThat(server.connections()).isEqualTo(5);
  }

  @Test
  void a_GET_is_tried_elsewhere_when_the_server_dies_before_it_answers() throws Exception {
    setup.balance = Algorithm.FIRST;
    ScriptedServer dies = server(c -> c.head());
    answering(OK);
    start();
    assertThat(client().send(GET).same(OK)).isEqualTo(OK);
    assertThat(dies.connections()).isEqualTo(1);
    assertThat(metric("steelyard_retries")).isEqualTo(1);
  }

  @Test
  void tries_have_an_end() throws Exception {
    ScriptedServer[] all = new ScriptedServer[6];
    for (int i = 0; i < all.length; i++) {
      all[i] = server(c -> c.head());
    }
    start();
    assertThat(client().send(GET).message()).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    int tries = 0;
    for (ScriptedServer s : all) {
      tries += s.connections();
    }
    assertThat(tries).isEqualTo(3);
  }

  @Test
  void a_PUT_whose_body_came_with_its_head_is_tried_elsewhere_when_the_server_dies()
      throws Exception {
    for (int size : new int[] {5, 9_000}) {
      setup.servers.clear();
      server(c -> c.head());
      String body = Bulk.text(size);
      server(c -> {
        for (String m = c.message(); m != null; m = c.message()) {
          assertThat(m).startsWith("PUT / HTTP/1.1\r\n").endsWith("\r\n\r\n" + body);
          c.send(OK);
        }
      });
      if (proxy == null) {
        start();
      } else {
        proxy.publish(setup.snapshot());
      }
      String put = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + body;
      for (int i = 0; i < 2; i++) {
        assertThat(client().send(put).message()).isEqualTo(OK);
      }
    }
  }
}
