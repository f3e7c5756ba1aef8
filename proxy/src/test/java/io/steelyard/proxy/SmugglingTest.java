package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * Messages that two readers could cut apart differently: neither a server nor a client may see
 * them. What {@link RefusalTest} has is not here again.
 */
final class SmugglingTest extends ProxyTest {
  /** Sends each, with a request behind it; the server must not hear of either. */
  private void refused(int status, String... requests) throws Exception {
    ScriptedServer server = answering(OK);
    start();
    for (String request : requests) {
      assertThat(client().send(request + GET).rest())
          .as(request)
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("\r\nConnection: close\r\n")
          .containsOnlyOnce("HTTP/1.1 ");
    }
    assertThat(server.connections()).isZero();
  }

  private static String post(String fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
  }

  private static String chunks(String body) {
    return post("Transfer-Encoding: chunked") + body;
  }

  @Test
  void a_body_whose_length_is_said_twice_or_strangely_is_refused() throws Exception {
    refused(
        400,
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip"),
        post("Transfer-Encoding: gzip"),
        post("Transfer-Encoding:"),
        post("Transfer-Encoding: chunked;q=1"),
        post("Transfer-Encoding: \"chunked\""),
        post("Transfer-Encoding: chunked\u000b"),
        post("Transfer-Encoding : chunked"),
        post("Transfer-Encoding\t: chunked"),
        post("Transfer-Encoding: chunked\r\n "),
        post("X: y\r\n Transfer-Encoding: chunked"),
        post("X: y\rTransfer-Encoding: chunked"),
        post("X: y\nTransfer-Encoding: chunked"),
        post("X: y\0Transfer-Encoding: chunked"),
        post("Content-Length: 5\r\nTransfer-Encoding: chunked"),
        post("transfer-encoding: CHUNKED\r\ncontent-length: 0"),
        post("Content-Length: 5\r\nContent-Length: 5"),
        post("Content-Length: 5, 5"),
        post("Content-Length: 5,"),
        post("Content-Length: 5;"),
        post("Content-Length: 5.0"),
        post("Content-Length: 5e0"),
        post("Content-Length: 0x5"),
        post("Content-Length: 9223372036854775808"),
        post("Content-Length: 18446744073709551621"),
        post("Content-Length : 5"),
        post("Content\0-Length: 5"),
        post("Content-Length: 5\r\n\u0000"));
  }

  @Test
  void a_request_line_that_two_could_read_differently_is_refused() throws Exception {
    refused(
        400,
        "GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\rHTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
        "GET / HTTP/11\r\nHost: a\r\n\r\n",
        "GET / HTTPS/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a:b@c/ HTTP/1.1\r\nHost: c\r\n\r\n",
        "GET http:/// HTTP/1.1\r\nHost: c\r\n\r\n",
        "GET ftp://c/ HTTP/1.1\r\nHost: c\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: c\r\n\r\n");
  }

  @Test
  void a_host_that_two_could_read_differently_is_refused() throws Exception {
    refused(
        400,
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: b@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: b\r\nHost: a\r\n\r\n");
  }

  @Test
  void versions_that_are_not_spoken_here_are_refused() throws Exception {
    refused(
        505,
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/0.9\r\nHost: a\r\n\r\n");
  }

  @Test
  void chunks_that_two_could_read_differently_are_refused() throws Exception {
    refused(
        400,
        chunks("+5\r\nhello\r\n0\r\n\r\n"),
        chunks("0x5\r\nhello\r\n0\r\n\r\n"),
        chunks("5 \r\nhello\r\n0\r\n\r\n"),
        chunks("5\r\nhello\n0\r\n\r\n"),
        chunks("5\r\nhello\r\n0\n\n"),
        chunks("5;a\nb\r\nhello\r\n0\r\n\r\n"),
        chunks("5;a\rb\r\nhello\r\n0\r\n\r\n"),
        chunks("10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunks("5;" + "x".repeat(5_000) + "\r\nhello\r\n0\r\n\r\n"),
        chunks("0\r\nX : y\r\n\r\n"),
        chunks("0\r\nX: y\r\n z\r\n\r\n"));
  }

  @Test
  void extensions_of_many_chunks_have_a_bound_together() throws Exception {
    refused(400, chunks(("1;" + "x".repeat(2_000) + "\r\na\r\n").repeat(7)));
  }

  @Test
  void trailers_that_belong_into_the_head_are_refused() throws Exception {
    refused(
        400,
        chunks("0\r\nContent-Length: 5\r\n\r\n"),
        chunks("0\r\ntransfer-encoding: chunked\r\n\r\n"),
        chunks("0\r\nHost: b\r\n\r\n"),
        chunks("0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"),
        chunks("0\r\nAuthorization: x\r\n\r\n"),
        chunks("0\r\nOk: x\r\nCookie: x\r\n\r\n"));
  }

  @Test
  void a_field_that_belongs_into_the_head_may_not_trail_an_answer() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    answering(head + "2\r\nok\r\n0\r\nSet-Cookie: a=b\r\n\r\n");
    start();
    assertThat(client().send(GET).message())
        .startsWith("HTTP/1.1 502 ")
        .doesNotContain("Set-Cookie");
  }

  /** What a server sees of the request. */
  private String seen(String request) throws Exception {
    List<String> heads = new CopyOnWriteArrayList<>();
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        heads.add(head);
        c.send(OK);
      }
    });
    start();
    assertThat(client().send(request).same(OK)).isEqualTo(OK);
    return heads.getFirst();
  }

  @Test
  void a_client_cannot_name_away_what_the_balancer_says_or_what_frames_the_message()
      throws Exception {
    assertThat(
            seen(
                "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX-Own: 1\r\nConnection: host,"
                    + " content-length, x-forwarded-for, X-Forwarded-Proto, x-request-id, x-own\r\n\r\n"))
        .startsWith("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n")
        .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n", "\r\nX-Forwarded-Proto: http\r\n")
        .contains("\r\nX-Request-Id: ")
        .doesNotContain("X-Own", "Connection");
  }

  @Test
  void the_authority_of_an_absolute_target_replaces_another_host() throws Exception {
    assertThat(seen("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("GET /x HTTP/1.1\r\nHost: b\r\n")
        .doesNotContain("Host: a");
  }

  @Test
  void methods_are_told_apart_by_case() throws Exception {
    assertThat(seen("get / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("get / HTTP/1.1\r\n");
  }

  @Test
  void answers_that_two_could_read_differently_are_a_bad_gateway() throws Exception {
    String[] answers = {
      "Content-Length: 2\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 2",
      "Content-Length: 2\r\nContent-Length: 3",
      "Content-Length: 2, 2",
      "Content-Length: +2",
      "Content-Length: 0x2",
      "Content-Length: 99999999999999999999",
      "Transfer-Encoding: xchunked",
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: chunked, chunked",
      "Transfer-Encoding: gzip",
      "Transfer-Encoding : chunked",
      "X: y\r\n folded: z",
      "X: y\nTransfer-Encoding: chunked",
      "X: y\rz",
      "X: \0",
      "Big: " + "x".repeat(20_000)
    };
    for (String fields : answers) {
      setup.servers.clear();
      server(c -> {
        while (c.headUnlessReset() != null) {
          c.send("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        }
      });
      if (proxy == null) {
        start();
      } else {
        proxy.publish(setup.snapshot());
      }
      String answer = client().send(GET + GET).message();
      assertThat(answer).as(fields).startsWith("HTTP/1.1 502 ");
    }
  }
}
