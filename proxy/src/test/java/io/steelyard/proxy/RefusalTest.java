package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.route.Route;
import io.steelyard.core.snapshot.ListenerLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that no server may see, and what the balancer says to them. */
final class RefusalTest extends ProxyTest {
  private static final String OWN_405 =
      "405 Max-Forwards is 0: the balancer itself has to answer\n";

  /** Sends it, and asserts on the answer, the close, and that the server has heard of nothing. */
  private void refused(int status, String... requests) throws Exception {
    ScriptedServer server = answering(OK);
    start();
    for (String request : requests) {
      Peer client = client().send(request + GET);
      String answer = client.rest();
      assertThat(answer)
          .as(request)
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("\r\nConnection: close\r\n")
          .containsOnlyOnce("HTTP/1.1 ")
          .doesNotEndWith("<reset>");
    }
    assertThat(server.connections()).isZero();
  }

  private static String post(String fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
  }

  @Test
  void connect_is_refused_and_what_follows_it_is_no_request() throws Exception {
    refused(405, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n");
  }

  @Test
  void an_unknown_expectation_is_refused() throws Exception {
    refused(417, post("Expect: 200-ok\r\nContent-Length: 0"));
  }

  @Test
  void what_may_not_be_forwarded_is_answered_here_and_the_connection_goes_on() throws Exception {
    ScriptedServer server = answering(OK);
    start();
    Peer client = client().send("OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
    assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("\r\nAllow: GET, HEAD, POST");
    client = client().send("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n" + GET);
    assertThat(client.head()).startsWith("HTTP/1.1 405 ");
    assertThat(client.text(OWN_405.length())).isEqualTo(OWN_405);
    assertThat(client.head()).startsWith("HTTP/1.1 200 ").doesNotContain("Allow");
    assertThat(server.connections()).isOne();
  }

  @Test
  void ambiguous_framing_is_refused() throws Exception {
    refused(
        400,
        post("Content-Length: 3\r\nTransfer-Encoding: chunked"),
        post("Transfer-Encoding: chunked\r\nContent-Length: 3"),
        post("Content-Length: 3\r\nContent-Length: 3"),
        post("Content-Length: 3\r\nContent-Length: 4"),
        post("Content-Length: 3, 3"),
        post("Content-Length: +3"),
        post("Content-Length: -3"),
        post("Content-Length: 0x3"),
        post("Content-Length: 3 3"),
        post("Content-Length: "),
        post("Content-Length: 99999999999999999999"),
        post("Transfer-Encoding: chunked, chunked"),
        post("Transfer-Encoding: identity"),
        post("Transfer-Encoding: xchunked"),
        post("Transfer-Encoding: chunked, gzip"),
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @Test
  void malformed_heads_are_refused() throws Exception {
    refused(
        400,
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nX: no host\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET nopath HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\0\u0001\0");
  }

  @Test
  void other_versions_are_refused() throws Exception {
    refused(505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  }

  @Test
  void unknown_transfer_codings_are_not_implemented() throws Exception {
    refused(501, post("Transfer-Encoding: gzip, chunked"));
  }

  @Test
  void a_head_beyond_the_limit_is_too_large() throws Exception {
    setup.limits = new ListenerLimits(1000, 2048, 20);
    refused(
        431,
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(2048) + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(20) + "\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(200_000) + "\r\n\r\n");
  }

  @Test
  void a_request_line_beyond_the_limit_is_too_long() throws Exception {
    setup.limits = new ListenerLimits(1000, 2048, 20);
    refused(414, "GET /" + "x".repeat(2048) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  @Test
  void malformed_chunks_right_behind_the_head_are_refused() throws Exception {
    refused(
        400,
        post("Transfer-Encoding: chunked") + "x\r\n",
        post("Transfer-Encoding: chunked") + "5\nhello\r\n0\r\n\r\n",
        post("Transfer-Encoding: chunked") + "5\r\nhello0\r\n\r\n",
        post("Transfer-Encoding: chunked") + " 5\r\nhello\r\n0\r\n\r\n",
        post("Transfer-Encoding: chunked") + "-1\r\n",
        post("Transfer-Encoding: chunked") + "\r\n",
        post("Transfer-Encoding: chunked") + "fffffffffffffffffff\r\n",
        post("Transfer-Encoding: chunked") + "0\r\nbad trailer\r\n\r\n");
  }

  @Test
  void malformed_chunks_in_the_middle_of_a_body_are_refused() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.rest();
        });
    start();
    Peer client = client().send(post("Transfer-Encoding: chunked") + "5\r\nhello\r\n");
    eventually("the server has it", () -> server.open() == 1);
    client.send("zz\r\n" + GET);
    assertThat(client.rest()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1");
    eventually("the server's connection is closed", () -> server.open() == 0);
  }

  @Test
  void malformed_chunks_after_the_answer_began_put_nothing_into_the_answer() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin");
      c.rest();
    });
    start();
    Peer client = client().send(post("Transfer-Encoding: chunked") + "5\r\nhello\r\n");
    assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
    assertThat(client.text(5)).isEqualTo("begin");
    client.send("zz\r\n");
    assertThat(client.rest()).isEqualTo("<reset>");
  }

  @Test
  void no_route_is_not_found_and_the_connection_goes_on() throws Exception {
    setup.routes = List.of(new Route("b", "", 0));
    answering(OK);
    start();
    Peer client = client().send(GET);
    assertThat(client.message())
        .matches(
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Cache-Control: no-store\r\nContent-Length: 34\r\n"
                + "X-Request-Id: [-0-9a-f]{29}\r\n\r\n"
                + "404 no route matches this request\n");
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.head()).startsWith("HTTP/1.1 404 Not Found\r\n");
    client.send("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  @Test
  void no_route_for_a_request_with_a_body_ends_the_connection() throws Exception {
    setup.routes = List.of(new Route("b", "", 0));
    refused(404, post("Content-Length: 5"), post("Transfer-Encoding: chunked"));
  }

  @Test
  void CONNECT_is_not_allowed() throws Exception {
    answering(OK);
    start();
    Peer client = client().send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
    assertThat(client.message()).startsWith("HTTP/1.1 405 Method Not Allowed\r\n");
  }

  @Test
  void a_refusal_reaches_a_client_that_is_still_sending() throws Exception {
    answering(OK);
    start();
    Peer client = client();
    client.send("GET / HTTP/1.1\r\nHost : a\r\n\r\n" + "x".repeat(2_000_000));
    assertThat(client.rest()).startsWith("HTTP/1.1 400 Bad Request\r\n").doesNotEndWith("<reset>");
  }
}
