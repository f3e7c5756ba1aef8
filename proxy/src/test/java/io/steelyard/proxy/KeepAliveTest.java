package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.PoolLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that carry more than one request. */
final class KeepAliveTest extends ProxyTest {
  /** Answers with the path that it was asked for. */
  private static final ScriptedServer.Script ECHO_PATH =
      c -> {
        for (String head = c.head(); head != null; head = c.head()) {
          String path = head.split(" ", 3)[1];
          c.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
        }
      };

  private static String answer(String path) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path;
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  @Test
  void requests_of_one_client_share_one_server_connection() throws Exception {
    ScriptedServer server = server(ECHO_PATH);
    start();
    Peer client = client();
    for (int i = 0; i < 20; i++) {
      client.send(get("/" + i));
      assertThat(client.same(answer("/" + i))).isEqualTo(answer("/" + i));
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void a_server_connection_is_used_again_for_another_client() throws Exception {
    ScriptedServer server = server(ECHO_PATH);
    start();
    for (int i = 0; i < 5; i++) {
      try (Peer client = client()) {
        client.send(get("/x"));
        assertThat(client.same(answer("/x"))).isEqualTo(answer("/x"));
      }
    }
    assertThat(server.connections()).isEqualTo(1);
    assertThat(metric("steelyard_upstream_connects")).isEqualTo(1);
  }

  @Test
  void no_more_server_connections_are_kept_than_allowed() throws Exception {
    setup.poolLimits = PoolLimits.DEFAULT.with(1, 2);
    java.util.concurrent.CountDownLatch both = new java.util.concurrent.CountDownLatch(2);
    ScriptedServer server =
        server(c -> {
          while (c.head() != null) {
            both.countDown();
            both.await();
            c.send(OK);
          }
        });
    start();
    Peer one = client().send(GET);
    Peer two = client().send(GET);
    assertThat(one.same(OK)).isEqualTo(OK);
    assertThat(two.same(OK)).isEqualTo(OK);
    eventually("one is closed", () -> server.open() == 1);
    assertThat(metric("steelyard_upstream_idle_connections")).isEqualTo(1);
  }

  @Test
  void a_client_that_asks_for_close_is_closed_after_the_answer() throws Exception {
    ScriptedServer server = server(ECHO_PATH);
    start();
    Peer client = client().send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(client.rest())
        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/x");
    assertThat(server.open()).as("the server's connection stays").isEqualTo(1);
  }

  @Test
  void a_server_that_closes_does_not_close_the_client() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        });
    start();
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(server.connections()).isEqualTo(3);
  }

  @Test
  void an_answer_may_come_to_a_client_that_has_ended_its_output() throws Exception {
    server(ECHO_PATH);
    start();
    Peer client = client().send(get("/x"));
    client.shutdownOutput();
    assertThat(client.rest()).isEqualTo(answer("/x"));
  }

  @Test
  void a_hundred_pipelined_requests_are_answered_in_order() throws Exception {
    server(ECHO_PATH);
    server(ECHO_PATH);
    start();
    StringBuilder requests = new StringBuilder();
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      requests.append(get("/" + i));
      answers.append(answer("/" + i));
    }
    Peer client = client().send(requests.toString());
    assertThat(client.same(answers.toString())).isEqualTo(answers.toString());
  }

  @Test
  void pipelined_requests_of_more_than_a_buffer_are_answered_in_order() throws Exception {
    server(ECHO_PATH);
    start();
    StringBuilder requests = new StringBuilder();
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String path = "/" + "x".repeat(1 + i * 7) + i;
      requests.append(get(path));
      answers.append(answer(path));
    }
    Peer client = client();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.send(requests.toString());
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    assertThat(client.same(answers.toString())).isEqualTo(answers.toString());
    writer.join();
  }

  @Test
  void pipelined_requests_that_the_balancer_answers_itself_keep_their_place() throws Exception {
    setup.routes = List.of(new Route("", "/app", 0));
    server(ECHO_PATH);
    start();
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      requests.append(get("/app/" + i)).append(get("/none/" + i)).append(get("/none"));
    }
    Peer client = client().send(requests.toString());
    for (int i = 0; i < 50; i++) {
      assertThat(client.message()).isEqualTo(answer("/app/" + i));
      assertThat(client.message()).startsWith("HTTP/1.1 404 Not Found\r\n");
      assertThat(client.message()).startsWith("HTTP/1.1 404 Not Found\r\n");
    }
  }

  @Test
  void pipelined_requests_with_bodies_are_kept_apart() throws Exception {
    server(c -> {
      for (String m = c.message(); m != null; m = c.message()) {
        String body = m.substring(m.indexOf("\r\n\r\n") + 4);
        c.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      }
    });
    start();
    StringBuilder requests = new StringBuilder();
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      String body = "b".repeat(i * 13) + i;
      requests
          .append("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: ")
          .append(body.length())
          .append("\r\n\r\n")
          .append(body);
      answers.append(answer(body));
    }
    Peer client = client().send(requests.toString());
    assertThat(client.same(answers.toString())).isEqualTo(answers.toString());
  }

  @Test
  void empty_lines_between_requests_are_passed_over() throws Exception {
    server(ECHO_PATH);
    start();
    Peer client = client().send(get("/1") + "\r\n" + get("/2") + "\r\n\r\n" + get("/3"));
    String answers = answer("/1") + answer("/2") + answer("/3");
    assertThat(client.same(answers)).isEqualTo(answers);
  }
}
