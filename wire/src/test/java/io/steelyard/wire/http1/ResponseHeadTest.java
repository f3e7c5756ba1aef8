package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseHeadTest {
  private final ResponseHead head = new ResponseHead(HeadLimits.DEFAULT);

  private int parse(String text, boolean requestWasHead) {
    byte[] in = Http.bytes(text);
    return head.parse(in, 0, in.length, requestWasHead);
  }

  private void read(String block) {
    String text = Http.lines(block);
    assertThat(parse(text, false)).isEqualTo(text.length());
  }

  private String written(int clientMinor, boolean closeClient, boolean dechunk) {
    byte[] out = new byte[head.writtenBound()];
    int end = head.write(out, 0, clientMinor, closeClient, dechunk);
    return Http.text(out, 0, end);
  }

  @Test
  void most_responses_pass_unchanged() {
    read("HTTP/1.1 200 OK\nContent-Length: 5\nETag: \"x\"\n\n");
    assertThat(head.unchanged(1, false, false)).isTrue();
    assertThat(head.unchanged(1, true, false)).isFalse();
    assertThat(head.unchanged(0, false, false)).isFalse();
    read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n");
    assertThat(head.unchanged(1, false, false)).isTrue();
    assertThat(head.unchanged(1, false, true)).isFalse();
    read("HTTP/1.0 200 OK\nContent-Length: 5\n\n");
    assertThat(head.unchanged(1, false, false)).isFalse();
  }

  @Test
  void what_concerns_only_the_servers_hop_is_dropped() {
    read(
        """
        HTTP/1.0 200 Fine, thanks
        Connection: keep-alive, X-A
        Keep-Alive: timeout=5
        Content-Length: 5
        Content-Length: 5
        Proxy-Connection: x
        Upgrade: h2c
        X-A: b
        Server: s

        """);
    assertThat(head.unchanged(1, false, false)).isFalse();
    assertThat(head.close()).isFalse();
    assertThat(written(1, false, false))
        .isEqualTo(Http.lines("HTTP/1.1 200 Fine, thanks\nContent-Length: 5\nServer: s\n\n"));
  }

  @Test
  void the_client_is_told_whether_its_connection_stays() {
    read("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n");
    assertThat(written(1, true, false))
        .isEqualTo(
            Http.lines("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close\n\n"));
    assertThat(written(0, true, true))
        .isEqualTo(Http.lines("HTTP/1.1 200 OK\nConnection: close\n\n"));
    assertThat(written(0, false, false)).contains("Connection: keep-alive\r\n");
  }

  @Test
  void switching_protocols_keeps_the_upgrade() {
    read(
        "HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\nContent-Length: 0\n\n");
    assertThat(head.upgraded()).isTrue();
    assertThat(head.contentLength()).isZero();
    assertThat(written(1, false, false))
        .isEqualTo(
            Http.lines(
                "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: upgrade\n\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "200, Content-Length: 5, false, 5, false",
    "200, Content-Length: 5, true, 0, false",
    "200, Transfer-Encoding: chunked, false, -1, false",
    "200, Transfer-Encoding: chunked, true, 0, false",
    "200, X: y, false, -2, true",
    "200, X: y, true, 0, false",
    "200, 'Connection: close\nContent-Length: 1', false, 1, true",
    "304, Content-Length: 5, false, 0, false",
    "304, X: y, false, 0, false",
    "204, X: y, false, 0, false",
    "204, Content-Length: 0, false, 0, false",
    "204, Content-Length: 5, false, 0, true",
    "204, Transfer-Encoding: chunked, false, 0, true",
    "100, X: y, false, 0, false",
    "100, Content-Length: 0, false, 0, false"
  })
  void the_body_is_as_long_as_status_method_and_fields_say(
      int status, String fields, boolean requestWasHead, long length, boolean close) {
    String text = Http.lines("HTTP/1.1 " + status + " R\n" + fields + "\n\n");
    assertThat(parse(text, requestWasHead)).isEqualTo(text.length());
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.contentLength()).isEqualTo(length);
    assertThat(head.close()).isEqualTo(close);
  }

  @Test
  void a_204_declares_no_body_any_more() {
    read("HTTP/1.1 204 No Content\nContent-Length: 0\nServer: s\n\n");
    assertThat(written(1, false, false))
        .isEqualTo(Http.lines("HTTP/1.1 204 No Content\nServer: s\n\n"));
  }

  @ParameterizedTest
  @CsvSource({"1.0, X: y, true", "1.0, Connection: keep-alive, false", "1.1, X: y, false"})
  void the_server_says_whether_its_connection_stays(String version, String field, boolean close) {
    read("HTTP/" + version + " 200 OK\nContent-Length: 0\n" + field + "\n\n");
    assertThat(head.close()).isEqualTo(close);
    assertThat(head.minor()).isEqualTo(version.equals("1.1") ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 200 \u00e9\t!", "HTTP/1.1 599 X"})
  void reasons_may_be_empty_or_odd(String line) {
    read(line + "\nContent-Length: 0\n\n");
    assertThat(written(1, false, false)).startsWith(line + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 99 X", "HTTP/1.1 099 X", "HTTP/1.1 600 X", "HTTP/1.1 2000 X", "HTTP/1.1 20 X",
        "HTTP/1.1 2x0 X", "HTTP/1.1  200 X", "HTTP/1.1 200X", "HTTP/2.0 200 X", "HTTP/1.2 200 X",
        "http/1.1 200 X", "HTTP/1.1\t200 X", "ICY 200 OK", " HTTP/1.1 200 X", "\r\nHTTP/1.1 200 X",
        "HTTP/1.1 200 \u0000", "HTTP/1.1 200 a\rb", "HTTP/1.1 +20 X", "HTTP/1.1 200 X\n"
      })
  void a_malformed_status_line_is_a_bad_gateway(String line) {
    assertThat(parse(line + "\r\nContent-Length: 0\r\n\r\n", false)).isEqualTo(-502);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: -1",
        "Content-Length:",
        "Content-Length: 5 5",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, x",
        "Transfer-Encoding:",
        "A: b\r\n c",
        "A: b\rc",
        "A: b\nC: d",
        "A: \u0000",
        "A : b",
        ": b",
        "A",
        " A: b",
        "A b: c",
        "Connection: a b"
      })
  void ambiguous_or_malformed_fields_are_a_bad_gateway(String fields) {
    assertThat(parse("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n", false)).isEqualTo(-502);
    assertThat(parse("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n", true)).isEqualTo(-502);
  }

  @Test
  void chunked_in_http_1_0_or_a_body_after_1xx_is_a_bad_gateway() {
    assertThat(parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false))
        .isEqualTo(-502);
    assertThat(parse("HTTP/1.1 100 C\r\nTransfer-Encoding: chunked\r\n\r\n", false))
        .isEqualTo(-502);
    assertThat(parse("HTTP/1.1 103 E\r\nContent-Length: 5\r\n\r\n", false)).isEqualTo(-502);
  }

  @Test
  void a_head_beyond_the_limits_is_told_from_a_malformed_one() {
    ResponseHead small = new ResponseHead(new HeadLimits(32, 2));
    byte[] in = Http.bytes("HTTP/1.1 200 OK\r\nA: bbbbbbbb\r\n\r\n");
    assertThat(small.parse(in, 0, 31, false)).isZero();
    assertThat(small.parse(in, 0, 32, false)).isEqualTo(32);
    byte[] longer = Http.bytes("HTTP/1.1 200 OK\r\nA: bbbbbbbbb\r\n\r\n");
    assertThat(small.parse(longer, 0, 32, false)).isEqualTo(ResponseHead.TOO_LARGE);
    byte[] fields = Http.bytes("HTTP/1.1 200\r\nA:\r\nA:\r\nA:\r\n\r\n");
    assertThat(small.parse(fields, 0, fields.length, false)).isEqualTo(ResponseHead.TOO_LARGE);
  }

  @Test
  void an_upgrade_that_is_required_is_told_to_the_client() {
    read(
        "HTTP/1.1 426 Upgrade Required\nUpgrade: websocket\nConnection: upgrade\nContent-Length: 0\n\n");
    assertThat(head.unchanged(1, false, false)).isFalse();
    assertThat(written(1, false, false))
        .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: upgrade\r\n");
  }

  @Test
  void a_challenge_for_a_proxy_is_not_for_the_client() {
    read("HTTP/1.1 407 X\nProxy-Authenticate: Basic\nContent-Length: 0\n\n");
    assertThat(written(1, false, false)).doesNotContain("Proxy-");
  }
}
