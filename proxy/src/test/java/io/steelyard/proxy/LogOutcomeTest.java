package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the access log says of ends that are no answers of a server: who, why, how much, by id. */
final class LogOutcomeTest extends LogTest {
  private static final Pattern KEY = Pattern.compile("\"([a-z_]+)\":");
  private static final String ASK =
      "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";

  @BeforeEach
  void json() {
    setup.accessLog = AccessLog.JSON;
  }

  private static List<String> keys(String line) {
    return KEY.matcher(line).results().map(r -> r.group(1)).toList();
  }

  private static void assertEnd(String line, String side, String cause) {
    assertThat(value(line, "ended_by")).as(line).isEqualTo("\"" + side + "\"");
    assertThat(value(line, "cause")).as(line).isEqualTo("\"" + cause + "\"");
  }

  /** An address that nobody listens at. */
  private void nobody(String name) {
    setup.server(name, ScriptedServer.nobody(), 1, 0);
  }

  @Test
  void every_line_has_the_same_keys_also_that_of_a_malformed_request() throws Exception {
    answering(OK);
    start();
    assertThat(client().send(GET).message()).isEqualTo(OK);
    client().send("nonsense\r\n\r\n").rest();
    client().send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").message();
    List<String> lines = logged(3);
    assertThat(lines).allSatisfy(l -> assertThat(keys(l)).isEqualTo(keys(lines.getFirst())));
    assertEnd(lines.get(1), "client", "client: the request's head is malformed");
    assertThat(value(lines.get(1), "connect_ms")).isEqualTo("null");
    assertThat(value(lines.get(2), "path")).isEqualTo("\"a:443\"");
  }

  @Test
  void the_balancers_own_answers_carry_the_id_that_is_logged() throws Exception {
    setup.routes = List.of(new Route("a", "", 0));
    nobody("gone");
    start();
    String[] requests = {
      "nonsense\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n",
      "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"
    };
    for (int i = 0; i < requests.length; i++) {
      String answer = client().send(requests[i]).message();
      String id = value(logged(i + 1).get(i), "id").replace("\"", "");
      assertThat(id).isNotEmpty();
      assertThat(answer).contains("\r\nX-Request-Id: " + id + "\r\n");
    }
    assertThat(value(lines().get(2), "id")).isEqualTo("\"mine\"");
  }

  @Test
  void a_request_that_no_route_leads_anywhere_is_ended_by_the_balancer() throws Exception {
    setup.routes = List.of(new Route("b", "", 0));
    start();
    client().send(GET).message();
    String line = logged(1).getFirst();
    assertThat(value(line, "status")).isEqualTo("404");
    assertEnd(line, "balancer", "balancer: no route matches this request");
  }

  @Test
  void a_server_that_cannot_be_reached_is_named_with_its_cause() throws Exception {
    nobody("gone");
    start();
    assertThat(client().send(GET).message()).startsWith("HTTP/1.1 503 ");
    String line = logged(1).getFirst();
    assertThat(value(line, "server")).isEqualTo("\"gone\"");
    assertThat(value(line, "attempts")).isEqualTo("1");
    assertThat(value(line, "connect_ms")).isEqualTo("null");
    assertEnd(
        line,
        "server",
        "the server cannot be connected to: connection refused; no other server is usable");
  }

  @Test
  void a_server_that_cuts_its_answer_off_is_named() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok");
    });
    start();
    client().send(GET).rest();
    String line = logged(1).getFirst();
    assertThat(value(line, "status")).isEqualTo("200");
    assertThat(value(line, "response_bytes")).isEqualTo("2");
    assertEnd(line, "server", "the server closed the connection in the middle of its answer");
  }

  @Test
  void a_client_that_goes_away_before_its_answer_is_a_499_of_its_own() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.rest();
        });
    start();
    Peer client = client().send(GET);
    eventually("it is in flight", () -> server.open() == 1);
    client.reset();
    String line = logged(1).getFirst();
    assertThat(value(line, "status")).isEqualTo("499");
    assertEnd(line, "client", "client: connection reset");
  }

  @Test
  void malformed_chunks_are_logged_with_the_request_that_they_came_in() throws Exception {
    answering(OK);
    start();
    client().send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").rest();
    String line = logged(1).getFirst();
    assertThat(value(line, "path")).isEqualTo("\"/x\"");
    assertThat(value(line, "status")).isEqualTo("400");
    assertEnd(line, "client", "the client's chunked body is malformed");
  }

  @Test
  void a_tunnel_is_logged_at_its_end_with_the_bytes_of_both_ways() throws Exception {
    server(c -> {
      c.head();
      c.send(SWITCHING + "12345");
      c.text(7);
      c.send("67");
      c.rest();
    });
    start();
    Peer client = client().send(ASK + "abc");
    assertThat(client.same(SWITCHING + "12345")).isEqualTo(SWITCHING + "12345");
    assertThat(lines()).isEmpty();
    client.send("defg");
    assertThat(client.text(2)).isEqualTo("67");
    assertThat(lines()).isEmpty();
    client.shutdownOutput();
    client.rest();
    String line = logged(1).getFirst();
    assertThat(value(line, "status")).isEqualTo("101");
    assertThat(value(line, "path")).isEqualTo("\"/chat\"");
    assertThat(value(line, "server")).isEqualTo("\"s0\"");
    assertThat(value(line, "request_bytes")).isEqualTo("7");
    assertThat(value(line, "response_bytes")).isEqualTo("7");
    assertEnd(line, "client", "the client ended first");
    assertThat(metric("steelyard_requests", "code", "101", "server", "s0")).isEqualTo(1);
  }

  @Test
  void a_TCP_connection_is_logged_at_its_end() throws Exception {
    setup.protocol = Protocol.TCP;
    server(c -> {
      c.text(4);
      c.send("123456");
    });
    start();
    Peer client = client().send("ping");
    assertThat(client.rest()).isEqualTo("123456");
    client.close();
    String line = logged(1).getFirst();
    assertThat(value(line, "server")).isEqualTo("\"s0\"");
    assertThat(value(line, "attempts")).isEqualTo("1");
    assertThat(value(line, "request_bytes")).isEqualTo("4");
    assertThat(value(line, "response_bytes")).isEqualTo("6");
    assertThat(value(line, "connect_ms")).matches("[0-9.]+");
    assertEnd(line, "server", "the server ended first");
  }

  @Test
  void a_tunnel_in_which_nothing_moves_is_ended_by_the_balancer() throws Exception {
    setup.protocol = Protocol.TCP;
    ListenerTimeouts t = ListenerTimeouts.DEFAULT;
    setup.timeouts = new ListenerTimeouts(t.head(), t.idle(), t.body(), Duration.ofMillis(50));
    server(Peer::rest);
    start();
    client().rest();
    assertEnd(logged(1).getFirst(), "balancer", "balancer: nothing went through for too long");
  }

  @Test
  void a_TCP_client_without_a_server_is_logged_with_the_last_try() throws Exception {
    setup.protocol = Protocol.TCP;
    nobody("gone");
    start();
    try {
      client().rest();
    } catch (java.net.SocketException e) {
      // The reset was faster than the rest of connect.
    }
    String line = logged(1).getFirst();
    assertThat(value(line, "status")).isEqualTo("503");
    assertThat(value(line, "server")).isEqualTo("\"gone\"");
    assertEnd(line, "server", "the server cannot be connected to: connection refused");
    assertThat(metric("steelyard_requests", "code", "503", "server", "gone")).isEqualTo(1);
  }
}
