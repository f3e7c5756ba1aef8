package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is added to heads and taken off them. */
final class HeaderTest extends ProxyTest {
  private final BlockingQueue<String> heads = new ArrayBlockingQueue<>(16);

  /** The head that the server sees. */
  private String seen(String request) throws Exception {
    server(c -> {
      for (String h = c.head(); h != null; h = c.head()) {
        heads.add(h);
        c.send(OK);
      }
    });
    setup.address = ScriptedServer.nobody();
    start();
    Peer client = client().send(request);
    assertThat(client.same(OK)).isEqualTo(OK);
    return heads.poll(5, TimeUnit.SECONDS);
  }

  private int port() {
    return ((InetSocketAddress) setup.address).getPort();
  }

  private void trustLoopback() throws Exception {
    setup.trusted =
        new TrustedProxies(
            List.of(new TrustedProxies.Network(InetAddress.ofLiteral("127.0.0.0"), 8)));
  }

  @Test
  void a_client_that_is_not_trusted_cannot_say_for_whom_it_asks() throws Exception {
    assertThat(
            seen(
                "GET /p?q=1 HTTP/1.1\r\nHost: shop:80\r\nX-Forwarded-For: 6.6.6.6\r\n"
                    + "x-forwarded-proto: https\r\nX-FORWARDED-HOST: evil\r\nX-Forwarded-Port: 1\r\n"
                    + "Forwarded: for=6.6.6.6\r\nX-Request-Id: id-1\r\nAccept: */*\r\n\r\n"))
        .isEqualTo(
            "GET /p?q=1 HTTP/1.1\r\nHost: shop:80\r\nX-Request-Id: id-1\r\nAccept: */*\r\n"
                + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: "
                + port()
                + "\r\nX-Forwarded-Host: shop:80\r\n\r\n");
  }

  @Test
  void no_spelling_of_a_claim_or_of_the_framing_comes_through() throws Exception {
    assertThat(
            seen(
                "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Server: evil\r\nX_Forwarded_For: 6.6.6.6\r\n"
                    + "x-forwarded_proto: https\r\nX-Forwarded-Prefix: /x\r\nX-Real-IP: 6.6.6.6\r\n"
                    + "X_Real-IP: 6.6.6.6\r\nContent_Length: 5\r\ntransfer_encoding: chunked\r\n"
                    + "X_Forwarded_Whatever_It_May_Be_Called: 1\r\nX_Mine: 1\r\nX-Request-Id: i\r\n\r\n"))
        .startsWith(
            "GET / HTTP/1.1\r\nHost: h\r\nX_Mine: 1\r\nX-Request-Id: i\r\nX-Forwarded-For: 127")
        .doesNotContain("evil", "6.6.6.6", "https", "/x", "hunked", "Whatever");
  }

  @Test
  void a_trusted_client_may_make_claims_that_are_none_of_ours_but_not_misspell_them()
      throws Exception {
    trustLoopback();
    assertThat(
            seen(
                "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Prefix: /x\r\nX-Real-IP: 1.2.3.4\r\n"
                    + "X_Forwarded_For: 6.6.6.6\r\nX-Request-Id: i\r\n\r\n"))
        .startsWith(
            "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Prefix: /x\r\nX-Real-IP: 1.2.3.4\r\n"
                + "X-Request-Id: i\r\nX-F")
        .doesNotContain("6.6.6.6");
  }

  @Test
  void a_target_without_a_path_is_routed_as_the_root() throws Exception {
    setup.routes = List.of(new io.steelyard.core.route.Route("", "/", 0));
    assertThat(seen("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("GET / HTTP/1.1\r\n");
    Peer client = client();
    for (String target : List.of("GET http://h?q", "OPTIONS *", "OPTIONS http://h")) {
      client.send(target + " HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.same(OK)).as(target).isEqualTo(OK);
    }
    assertThat(heads.poll(5, TimeUnit.SECONDS)).startsWith("GET /?q HTTP/1.1\r\n");
    assertThat(heads.poll(5, TimeUnit.SECONDS)).startsWith("OPTIONS * HTTP/1.1\r\n");
    assertThat(heads.poll(5, TimeUnit.SECONDS)).startsWith("OPTIONS * HTTP/1.1\r\n");
  }

  @Test
  void a_trusted_client_is_believed_and_added_to() throws Exception {
    trustLoopback();
    assertThat(
            seen(
                "GET / HTTP/1.1\r\nHost: in\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 10.0.0.1\r\n"
                    + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\nX-Request-Id: i\r\n\r\n"))
        .isEqualTo(
            "GET / HTTP/1.1\r\nHost: in\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n"
                + "X-Request-Id: i\r\nX-Forwarded-For: 1.2.3.4, 10.0.0.1, 127.0.0.1\r\n"
                + "X-Forwarded-Port: "
                + port()
                + "\r\n\r\n");
  }

  @Test
  void a_trusted_client_that_says_nothing_is_the_client() throws Exception {
    trustLoopback();
    assertThat(seen("GET / HTTP/1.1\r\nHost: in\r\nX-Request-Id: i\r\n\r\n"))
        .isEqualTo(
            "GET / HTTP/1.1\r\nHost: in\r\nX-Request-Id: i\r\nX-Forwarded-For: 127.0.0.1\r\n"
                + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: "
                + port()
                + "\r\nX-Forwarded-Host: in\r\n\r\n");
  }

  @Test
  void a_request_without_an_id_is_given_one_and_no_two_are_the_same() throws Exception {
    String one = seen(GET);
    assertThat(one).containsPattern("\r\nX-Request-Id: [0-9a-zA-Z-]{8,64}\r\n\r\n$");
    client().send(GET).same(OK);
    assertThat(heads.poll(5, TimeUnit.SECONDS)).isNotEqualTo(one);
  }

  @Test
  void what_concerns_one_hop_does_not_reach_the_server() throws Exception {
    assertThat(
            seen(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n"
                    + "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n"
                    + "Upgrade: foo\r\nX-Request-Id: i\r\ntraceparent: 00-ab-cd-01\r\n\r\n"))
        .startsWith(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: i\r\ntraceparent: 00-ab-cd-01\r\nX-F");
  }

  @Test
  void what_concerns_one_hop_does_not_reach_the_client() throws Exception {
    answering(
        "HTTP/1.1 200 OK\r\nConnection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n"
            + "Server: x\r\nContent-Length: 2\r\n\r\nok");
    start();
    String expected = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\nok";
    Peer client = client().send(GET);
    assertThat(client.same(expected)).isEqualTo(expected);
  }

  @Test
  void an_absolute_target_is_made_into_a_path_and_its_host_counts() throws Exception {
    assertThat(
            seen("GET http://shop.example/x?y HTTP/1.1\r\nHost: other\r\nX-Request-Id: i\r\n\r\n"))
        .startsWith("GET /x?y HTTP/1.1\r\nHost: shop.example\r\nX-Request-Id: i\r\n")
        .contains("\r\nX-Forwarded-Host: shop.example\r\n");
  }

  @Test
  void requests_are_routed_by_host_and_path() throws Exception {
    setup.routes =
        List.of(
            new io.steelyard.core.route.Route("shop.example", "/api", 0),
            new io.steelyard.core.route.Route("*.org", "", 0));
    answering(OK);
    start();
    Peer client = client();
    String[][] cases = {
      {"/api/x", "shop.example:80", "200"},
      {"/api?x", "SHOP.example.", "200"},
      {"/apix", "shop.example", "404"},
      {"/", "shop.example", "404"},
      {"/", "a.b.org", "200"},
      {"/", "org", "404"},
    };
    for (String[] c : cases) {
      client.send("GET " + c[0] + " HTTP/1.1\r\nHost: " + c[1] + "\r\n\r\n");
      assertThat(client.message()).as(String.join(" ", c)).startsWith("HTTP/1.1 " + c[2]);
    }
  }
}
