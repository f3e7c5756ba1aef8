package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestHeadTest {
  private final RequestHead head = new RequestHead(HeadLimits.DEFAULT);
  private byte[] in;

  private int parse(String text) {
    in = Http.bytes(text);
    return head.parse(in, 0, in.length);
  }

  /** A good head made of these lines. */
  private void read(String block) {
    String text = Http.lines(block);
    assertThat(parse(text)).isEqualTo(text.length());
  }

  private String written(boolean trusted) {
    Forwarding forwarding = Http.forwarding(trusted);
    byte[] out = new byte[head.writtenBound(forwarding)];
    int end = head.write(out, 0, forwarding);
    return Http.text(out, 0, end);
  }

  @Test
  void a_plain_request_is_passed_on_with_the_forwarding_lines() {
    read(
        """
        GET /a?b HTTP/1.1
        Host: h:1
        Accept: */*

        """);
    assertThat(written(false))
        .isEqualTo(
            Http.lines(
                """
                GET /a?b HTTP/1.1
                Host: h:1
                Accept: */*
                X-Forwarded-For: 10.0.0.1
                X-Forwarded-Proto: http
                X-Forwarded-Port: 8080
                X-Forwarded-Host: h:1
                X-Request-Id: 0000000000005eed-000000000001

                """));
  }

  @Test
  void a_trusted_client_is_believed_and_added_to() {
    read(
        """
        GET http://H/ HTTP/1.0
        X-Forwarded-For: 1.1.1.1
        X-Forwarded-For: 2.2.2.2\s
        X-Forwarded-Proto: https
        Forwarded: for=1.1.1.1
        X-Request-Id: x

        """);
    assertThat(written(true))
        .isEqualTo(
            Http.lines(
                """
                GET / HTTP/1.1
                Host: H
                X-Forwarded-Proto: https
                Forwarded: for=1.1.1.1
                X-Request-Id: x
                X-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.0.0.1
                X-Forwarded-Port: 8080
                X-Forwarded-Host: H

                """));
  }

  @Test
  void an_untrusted_client_cannot_claim_where_it_comes_from() {
    read(
        """
        GET / HTTP/1.1
        Host: h
        X-Forwarded-For: 1.1.1.1
        x-forwarded-proto: https
        X-FORWARDED-HOST: evil
        X-Forwarded-Port: 1
        Forwarded: for=1.1.1.1
        X-Forwarded-Prefix: /dropped
        X-Real-IP: 1.1.1.1
        X_Forwarded_For: 1.1.1.1

        """);
    assertThat(written(false))
        .isEqualTo(
            Http.lines(
                """
                GET / HTTP/1.1
                Host: h
                X-Forwarded-For: 10.0.0.1
                X-Forwarded-Proto: http
                X-Forwarded-Port: 8080
                X-Forwarded-Host: h
                X-Request-Id: 0000000000005eed-000000000001

                """));
  }

  @Test
  void what_concerns_only_this_hop_is_dropped_but_never_the_framing() {
    read(
        """
        POST / HTTP/1.1
        X-A: before
        Connection: keep-alive, X-A, host
        Host: h
        Content-Length: 3
        connection: content-length, Transfer-Encoding,, X-B
        Keep-Alive: timeout=5
        Proxy-Connection: keep-alive
        TE: trailers
        Upgrade: websocket
        x-b: after
        Content_Length: 9

        """);
    assertThat(head.contentLength()).isEqualTo(3);
    assertThat(written(false))
        .startsWith(
            Http.lines(
                """
                POST / HTTP/1.1
                Host: h
                Content-Length: 3
                X-Forwarded-For: 10.0.0.1
                """));
  }

  @Test
  void nominating_the_balancers_own_lines_does_not_take_them_away() {
    read(
        """
        GET / HTTP/1.1
        Host: h
        X-Forwarded-For: 1.1.1.1
        X-Request-Id: mine
        Connection: X-Forwarded-For, X-Request-Id, X-Forwarded-Proto

        """);
    assertThat(head.requestIdFrom()).isEqualTo(head.requestIdTo());
    assertThat(written(true))
        .isEqualTo(
            Http.lines(
                """
                GET / HTTP/1.1
                Host: h
                X-Forwarded-For: 10.0.0.1
                X-Forwarded-Proto: http
                X-Forwarded-Port: 8080
                X-Forwarded-Host: h
                X-Request-Id: 0000000000005eed-000000000001

                """));
  }

  @Test
  void an_upgrade_is_passed_on_as_such() {
    read(
        """
        GET /ws HTTP/1.1
        Host: h
        Connection: keep-alive, Upgrade
        Upgrade: websocket

        """);
    assertThat(head.upgrade()).isTrue();
    assertThat(written(false)).contains("Upgrade: websocket\r\nConnection: upgrade\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0\nHost: h\nConnection: upgrade\nUpgrade: websocket\n\n",
        "GET / HTTP/1.1\nHost: h\nUpgrade: websocket\n\n",
        "GET / HTTP/1.1\nHost: h\nConnection: upgrade\n\n",
        "GET / HTTP/1.1\nHost: h\nConnection: upgrade\nUpgrade: websocket\nContent-Length: 1\n\n",
        "GET / HTTP/1.1\nHost: h\nConnection: upgrade, http2-settings\nUpgrade: h2c\n\n",
        "GET / HTTP/1.1\nHost: h\nConnection: upgrade\nUpgrade: websocket, H2C\n\n"
      })
  void other_wishes_to_upgrade_are_not_passed_on(String block) {
    read(block);
    assertThat(head.upgrade()).isFalse();
    assertThat(written(false)).doesNotContain("Upgrade").doesNotContain("Connection");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "GET /a?b HTTP/1.1, h, /a?b, h, h, GET /a?b HTTP/1.1",
        "GET //a/../b HTTP/1.1, h:80, //a/../b, h, h:80, GET //a/../b HTTP/1.1",
        "GET / HTTP/1.1, [::1]:80, /, [::1], [::1]:80, GET / HTTP/1.1",
        "GET / HTTP/1.1, '', /, '', '', GET / HTTP/1.1",
        "GET / HTTP/1.1, h:, /, h, h:, GET / HTTP/1.1",
        "GET http://a:81/x?y HTTP/1.1, h, /x?y, a, a:81, GET /x?y HTTP/1.1",
        "GET HTTPS://a HTTP/1.1, h, '', a, a, GET / HTTP/1.1",
        "GET http://a?q=/ HTTP/1.1, h, ?q=/, a, a, GET /?q=/ HTTP/1.1",
        "OPTIONS * HTTP/1.1, h, *, h, h, OPTIONS * HTTP/1.1",
        "OPTIONS http://a HTTP/1.1, h, '', a, a, OPTIONS * HTTP/1.1",
        "OPTIONS http://a/ HTTP/1.1, h, /, a, a, OPTIONS / HTTP/1.1",
        "CONNECT a:443 HTTP/1.1, h, '', h, h, CONNECT a:443 HTTP/1.1",
        "GET / HTTP/1.0, h, /, h, h, GET / HTTP/1.1"
      })
  void each_form_of_target_is_understood_and_written_in_origin_form(
      String line, String field, String path, String host, String authority, String written) {
    read(line + "\nHost: " + field + "\n\n");
    assertThat(Http.text(in, head.pathFrom(), head.pathTo())).isEqualTo(path);
    assertThat(Http.text(in, head.hostFrom(), head.hostTo())).isEqualTo(host);
    assertThat(Http.text(in, head.authorityFrom(), head.authorityTo())).isEqualTo(authority);
    assertThat(written(false)).startsWith(written + "\r\nHost: " + authority + "\r\n");
    assertThat(written(false).split("Host: ", -1).length - 1)
        .isEqualTo(authority.isEmpty() ? 1 : 2);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, true, false", "HEAD, true, true", "PUT, true, false", "DELETE, true, false",
    "TRACE, true, false", "OPTIONS, true, false", "POST, false, false", "PATCH, false, false",
    "GEX, false, false", "get, false, false", "HEADS, false, false", "M-SEARCH, false, false"
  })
  void methods_are_told_apart(String method, boolean idempotent, boolean isHead) {
    read(method + " / HTTP/1.1\nHost: h\n\n");
    assertThat(head.idempotent()).isEqualTo(idempotent);
    assertThat(head.head()).isEqualTo(isHead);
    assertThat(head.connect()).isFalse();
    assertThat(Http.text(in, head.methodFrom(), head.methodTo())).isEqualTo(method);
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, X: y, false",
    "1.1, Connection: close, true",
    "1.1, 'Connection: keep-alive, CLOSE', true",
    "1.1, Proxy-Connection: close, false",
    "1.1, X-Connection: close, false",
    "1.0, X: y, true",
    "1.0, Connection: Keep-Alive, false",
    "1.0, 'Connection: keep-alive, close', true",
    "1.0, Proxy-Connection: keep-alive, true"
  })
  void the_client_says_whether_its_connection_stays(String version, String field, boolean close) {
    read("GET / HTTP/" + version + "\nHost: h\n" + field + "\n\n");
    assertThat(head.close()).isEqualTo(close);
  }

  @ParameterizedTest
  @CsvSource({
    "X: y, 0, false",
    "Content-Length: 0, 0, false",
    "Content-Length: 000, 0, false",
    "content-LENGTH:7, 7, true",
    "Content-Length: \t 999999999999999999 \t, 999999999999999999, true",
    "Transfer-Encoding: chunked, -1, true",
    "TRANSFER-encoding:Chunked\t, -1, true"
  })
  void the_body_is_as_long_as_declared(String field, long length, boolean hasBody) {
    read("GET / HTTP/1.1\nHost: h\n" + field + "\n\n");
    assertThat(head.contentLength()).isEqualTo(length);
    assertThat(head.hasBody()).isEqualTo(hasBody);
    assertThat(head.chunked()).isEqualTo(length < 0);
  }

  @Test
  void a_client_may_wait_for_the_100_but_not_in_http_1_0() {
    read("PUT / HTTP/1.1\nHost: h\nContent-Length: 1\nExpect: 100-Continue\n\n");
    assertThat(head.expectContinue()).isTrue();
    assertThat(written(false)).contains("Expect: 100-Continue\r\n");
    read("PUT / HTTP/1.1\nHost: h\nExpect: 100-continue\n\n");
    assertThat(head.expectContinue()).isFalse();
    read("PUT / HTTP/1.0\nHost: h\nContent-Length: 1\nExpect: 100-continue\n\n");
    assertThat(head.expectContinue()).isFalse();
    assertThat(written(false)).doesNotContain("Expect");
  }

  @Test
  void how_far_OPTIONS_and_TRACE_may_go_is_counted_down_and_no_further_than_that() {
    read("OPTIONS * HTTP/1.1\nHost: h\nMax-Forwards: 10\nA: b\n\n");
    assertThat(head.lastHop()).isFalse();
    assertThat(written(false)).containsOnlyOnce("Max-Forwards: 9\r\n");
    read("TRACE / HTTP/1.1\nMax-Forwards:0\nHost: h\n\n");
    assertThat(head.lastHop()).isTrue();
    assertThat(head.options()).isFalse();
    read("OPTIONS / HTTP/1.1\nHost: h\nMax-Forwards: 0\n\n");
    assertThat(head.lastHop() && head.options()).isTrue();
    read("OPTIONS / HTTP/1.1\nHost: h\n\n");
    assertThat(head.lastHop()).isFalse();
    read("GET / HTTP/1.1\nHost: h\nMax-Forwards: 0\n\n");
    assertThat(head.lastHop()).isFalse();
    assertThat(written(false)).contains("Max-Forwards: 0\r\n");
  }

  @Test
  void an_http_1_0_request_without_host_gets_one() {
    read("GET / HTTP/1.0\n\n");
    assertThat(head.hostFrom()).isEqualTo(head.hostTo());
    assertThat(written(false))
        .startsWith("GET / HTTP/1.1\r\nHost: fallback\r\n")
        .doesNotContain("X-Forwarded-Host");
  }

  @ParameterizedTest
  @CsvSource({
    "X-Request-Id: abc-123, abc-123",
    "x-request-id: ~!@, ~!@",
    "X-Request-Id:, ''",
    "X-Request-Id: a b, ''",
    "X-Request-Id: \u00e4, ''",
    "'X-Request-Id: a\nX-Request-Id: b', ''"
  })
  void a_clients_request_id_is_kept_when_it_is_acceptable(String field, String id) {
    read("GET / HTTP/1.1\nHost: h\n" + field + "\n\n");
    assertThat(Http.text(in, head.requestIdFrom(), head.requestIdTo())).isEqualTo(id);
    String sent = id.isEmpty() ? Http.MADE_ID : id;
    assertThat(written(false))
        .containsOnlyOnce("equest-")
        .containsIgnoringCase("x-request-id: " + sent + "\r\n");
    byte[] copy = new byte[128];
    assertThat(head.copyRequestId(new RequestIds(7), copy, 0)).isEqualTo(sent.length());
    assertThat(Http.text(copy, 0, sent.length())).isEqualTo(sent);
  }

  @Test
  void a_request_id_may_have_128_bytes() {
    read("GET / HTTP/1.1\nHost: h\nX-Request-Id: " + "i".repeat(128) + "\n\n");
    assertThat(head.requestIdTo() - head.requestIdFrom()).isEqualTo(128);
    read("GET / HTTP/1.1\nHost: h\nX-Request-Id: " + "i".repeat(129) + "\n\n");
    assertThat(head.requestIdTo() - head.requestIdFrom()).isZero();
  }

  @Test
  void empty_lines_before_a_request_belong_to_it() {
    assertThat(parse("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nrest")).isEqualTo(31);
    assertThat(written(false)).startsWith("GET / HTTP/1.1\r\nHost: h\r\nX-");
    assertThat(parse("\r\n")).isZero();
    assertThat(parse("\r")).isZero();
    assertThat(parse("")).isZero();
  }

  @Test
  void odd_but_legal_fields_pass_untouched() {
    String fields =
        "!#$%&'*+-.^_`|~09: \u00e9\tx\u0080\u00ff\r\nEmpty:\r\nHosts: a,b\r\nCookie: a=b; c\r\n";
    assertThat(parse("GET / HTTP/1.1\r\n" + fields + "Host:h\r\n\r\n")).isPositive();
    assertThat(written(false)).contains(fields);
  }

  @Test
  void made_ids_count_up_and_writing_again_keeps_the_id() {
    Forwarding forwarding = Http.forwarding(false);
    String last = "";
    for (int i = 1; i <= 300; i++) {
      read("GET / HTTP/1.1\nHost: h\n\n");
      byte[] out = new byte[head.writtenBound(forwarding)];
      int end = head.write(out, 0, forwarding);
      last = Http.text(out, 0, end);
      assertThat(head.write(out, 0, forwarding)).isEqualTo(end);
      assertThat(Http.text(out, 0, end)).isEqualTo(last);
    }
    assertThat(last).contains("X-Request-Id: 0000000000005eed-00000000012c\r\n");
  }

  @Test
  void credentials_for_a_proxy_are_not_for_the_server() {
    read("GET / HTTP/1.1\nHost: h\nProxy-Authorization: Basic x\nA: b\n\n");
    assertThat(written(false)).doesNotContain("Proxy-").contains("\r\nA: b\r\n");
  }

  @Test
  void a_field_is_copied_by_its_name_up_to_a_bound() {
    read("GET / HTTP/1.1\nHost: h\nUser-Agents: no\nUSER-agent:  curl/8  \nUser-Agent: b\n\n");
    byte[] to = new byte[32];
    int end = head.copyField(Http.bytes("user-agent"), to, 2, 20);
    assertThat(Http.text(to, 2, end)).isEqualTo("curl/8");
    assertThat(head.copyField(Http.bytes("user-agent"), to, 0, 3)).isEqualTo(3);
    assertThat(head.copyField(Http.bytes("referer"), to, 7, 20)).isEqualTo(7);
  }

  @Test
  void dropped_cookies_leave_the_others_as_they_were() {
    byte[][] names = {Http.bytes("srv"), Http.bytes("t")};
    String[][] cases = {
      {"srv=1", null},
      {"srv=1; srv=2;srv", "srv"},
      {"srv=1; a=b", "a=b"},
      {"a=b; srv=1", "a=b"},
      {"a=b; srv=1; c=d", "a=b; c=d"},
      {"srv=1; t=2; a=b; srv=3; t=4; c=d; srv=", "a=b; c=d"},
      {"srv=1;t=2", null},
      {"xsrv=1; srvx=2; SRV=3", "xsrv=1; srvx=2; SRV=3"},
      {"a=srv=1;  srv=2 ; b=\"srv=3\"", "a=srv=1; b=\"srv=3\""},
      {"srv =1", null},
      {"a=b; srv \t=1; c =d;  =e; =f", "a=b; c =d;  =e; =f"},
      {"", ""},
    };
    for (String[] c : cases) {
      read("GET / HTTP/1.1\nHost: h\nCookie: %s\nB: c\n\n".formatted(c[0]));
      head.dropCookies(names);
      String kept = c[1] == null ? "" : "Cookie: " + c[1] + "\r\n";
      assertThat(written(false)).startsWith("GET / HTTP/1.1\r\nHost: h\r\n" + kept + "B: c\r\n");
    }
  }

  @Test
  void cookies_are_dropped_from_every_cookie_field_and_once_more_than_there_are_fields() {
    String many = "srv=1; a=b; ".repeat(200) + "srv=2";
    read(
        "GET / HTTP/1.1\nHost: h\nCookie: srv=9\nA: b\ncookie: x=y; srv=8\nCookie: %s\n\n"
            .formatted(many));
    head.dropCookies(new byte[][] {Http.bytes("srv")});
    assertThat(written(false))
        .startsWith("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\ncookie: x=y\r\nCookie: a=b; ")
        .doesNotContain("srv");
    read("GET / HTTP/1.1\nHost: h\nA: srv=1\nConnection: cookie\nCookie: a=b; srv=1\n\n");
    head.dropCookies(new byte[][] {Http.bytes("srv")});
    assertThat(written(false)).contains("A: srv=1").doesNotContain("a=b").doesNotContain("ookie");
  }
}
