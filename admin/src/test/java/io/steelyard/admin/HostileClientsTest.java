package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is silent, slow or speaks something else harms nobody but itself. */
@Timeout(120)
final class HostileClientsTest {
  private static final String LIVEZ = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration BRIEF = Duration.ofMillis(200);

  private final FakeNode node = new FakeNode();
  private final List<Socket> clients = new ArrayList<>();
  private AdminServer admin;

  @BeforeEach
  void serve() throws IOException {
    serve(new PlainServer.Limits(LONG, LONG, LONG, LONG, LONG));
  }

  private void serve(PlainServer.Limits limits) throws IOException {
    if (admin != null) {
      admin.close();
    }
    admin =
        AdminServer.bind(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new AdminHandler(node),
            Access.LOOPBACK,
            limits);
    admin.serve();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    admin.close();
  }

  private Socket client(String sends) throws IOException {
    Socket client = new Socket(admin.address().getAddress(), admin.address().getPort());
    clients.add(client);
    client.setSoTimeout(20_000);
    client.getOutputStream().write(sends.getBytes(StandardCharsets.ISO_8859_1));
    return client;
  }

  /** Until the other side closes. */
  private static String rest(Socket client) throws IOException {
    StringBuilder answer = new StringBuilder();
    try {
      for (int b = client.getInputStream().read(); b >= 0; b = client.getInputStream().read()) {
        answer.append((char) b);
      }
    } catch (SocketException reset) {
      // What came before counts.
    }
    return answer.toString();
  }

  private String ask(String request) throws IOException {
    return rest(client(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")));
  }

  @Test
  void silent_clients_shut_out_nobody() throws IOException {
    for (int i = 0; i < 300; i++) {
      client(i % 2 == 0 ? "" : "GET /livez HTT");
      if (i % 20 == 0) {
        assertThat(ask(LIVEZ)).as("after %d", i).startsWith("HTTP/1.1 200 ");
      }
    }
    assertThat(ask(LIVEZ)).startsWith("HTTP/1.1 200 ");
    assertThat(ask("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
        .containsPattern("dropped_connections_total\\{reason=\"crowded-out\"} [1-9]")
        .contains("steelyard_admin_dropped_connections_total{reason=\"full\"} 0");
  }

  /** Asks for much, and reads nothing of it. */
  private void greedy() throws IOException {
    byte[] many =
        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            .repeat(20_000)
            .getBytes(StandardCharsets.ISO_8859_1);
    Socket greedy = new Socket();
    clients.add(greedy);
    greedy.setReceiveBufferSize(2048);
    greedy.connect(admin.address());
    Thread.ofVirtual()
        .start(() -> {
          try {
            greedy.getOutputStream().write(many);
          } catch (IOException e) {
            // It is let go, or the test is over.
          }
        });
  }

  @Test
  void who_takes_no_answers_keeps_nobody_from_asking() throws IOException {
    for (int i = 0; i < 40; i++) {
      greedy();
    }
    for (int i = 0; i < 300; i++) {
      assertThat(ask(LIVEZ)).as("the %dth time", i).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void who_takes_no_answer_in_time_is_let_go() throws IOException {
    serve(new PlainServer.Limits(LONG, BRIEF, LONG, LONG, LONG));
    greedy();
    Eventually.holds("it has its place", () -> admin.busy() == 1);
    Eventually.holds("it has it no more", () -> admin.busy() == 0);
  }

  @Test
  void who_sends_no_whole_request_in_time_is_let_go_and_counted() throws IOException {
    serve(new PlainServer.Limits(BRIEF, LONG, LONG, LONG, LONG));
    assertThat(rest(client(""))).isEmpty();
    assertThat(rest(client("GET /livez HTTP/1.1\r\nHost: "))).isEmpty();
    assertThat(ask("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
        .contains("steelyard_admin_dropped_connections_total{reason=\"silent\"} 2");
  }

  @Test
  void a_body_that_does_not_come_is_not_waited_for_and_idle_clients_neither() throws IOException {
    serve(new PlainServer.Limits(LONG, BRIEF, LONG, LONG, BRIEF));
    String patch =
        "PATCH /v1/pools/app%2Fx/servers/a HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
    assertThat(rest(client(patch))).doesNotContain(" 200 ");
    assertThat(rest(client(LIVEZ))).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
    Eventually.holds("all places are free again", () -> admin.busy() == 0);
  }

  @Test
  void requests_that_come_together_are_answered_in_their_order() throws IOException {
    String ready = LIVEZ.replace("livez", "readyz");
    String last = LIVEZ.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    String patch =
        "PATCH /v1/pools/app%2Fx/servers/a HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"weight\":7}";
    String answers = rest(client(LIVEZ + ready + patch + last));
    assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(5);
    assertThat(answers).containsSubsequence("ok\n", "ready\n", "\"weight\":7", "ok\n");
  }

  @Test
  void a_body_that_nobody_read_is_not_taken_for_a_request() throws IOException {
    String answers =
        rest(
            client(
                "DELETE /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "
                    + LIVEZ.length()
                    + "\r\n\r\n"
                    + LIVEZ));
    assertThat(answers).startsWith("HTTP/1.1 405 ").doesNotContain(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400|GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "400|OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "400|POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "400|POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "400|GARBAGE\r\n\r\n",
        "505|GET / HTTP/2.0\r\nHost: x\r\n\r\n",
      })
  void what_is_no_request_gets_a_problem_document(String answerAndRequest) throws IOException {
    int bar = answerAndRequest.indexOf('|');
    String status = answerAndRequest.substring(0, bar);
    assertThat(rest(client(answerAndRequest.substring(bar + 1))))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("application/problem+json", "\"status\":" + status);
  }

  @Test
  void a_head_that_is_too_large_is_said_to_be() throws IOException {
    assertThat(rest(client("GET /" + "x".repeat(20_000)))).startsWith("HTTP/1.1 414 ");
    assertThat(rest(client(LIVEZ.replace("\r\n\r\n", "\r\nX: " + "x".repeat(20_000)))))
        .startsWith("HTTP/1.1 431 ")
        .contains("application/problem+json");
  }
}
