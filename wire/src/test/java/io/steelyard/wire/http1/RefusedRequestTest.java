package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What request smuggling lives from, and what else no server should have to see. */
final class RefusedRequestTest {
  private static int parse(String text) {
    byte[] in = Http.bytes(text);
    return new RequestHead(HeadLimits.DEFAULT).parse(in, 0, in.length);
  }

  private static int parseFields(String fields) {
    return parse("POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked\r\nContent-Length: 0",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 5, 5",
        "Content-Length: 5,",
        "Content-Length:",
        "Content-Length: \t ",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: 5.0",
        "Content-Length: 5;a=b",
        "Content-Length: \"5\"",
        "Content-Length: 1234567890123456789",
        "Content-Length: \u00b2",
        "Content-Length: 5\u0000",
        "Content-Length: 5\u000b",
        "Content-Length : 5",
        "Content-Length\t: 5",
        " Content-Length: 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked;a=b",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: chun ked",
        "Transfer-Encoding:",
        "Transfer-Encoding: \u000bchunked",
        "Transfer-Encoding: chunked\u000b",
        "Transfer-Encoding\u000b: chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding:\n chunked"
      })
  void ambiguous_framing_is_a_bad_request(String fields) {
    assertThat(parseFields(fields)).isEqualTo(-400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A: b\nC: d",
        "A: b\n",
        "A: b\rC: d",
        "A: b\r\r\nC: d",
        "A: b\r \nC: d",
        "A: b\u0000c",
        "A: b\u0001",
        "A: b\u001fc",
        "A: b\u007fc",
        "A : b",
        "A\t: b",
        ": b",
        " : b",
        "A",
        "A b: c",
        "A(b): c",
        "A/b: c",
        "A\u0000: c",
        "\u00c4: c",
        "A\u0080: c",
        "\"A\": c",
        "A: b\r\n c",
        "A: b\r\n\tc",
        "A: b\r\n \r\nC: d",
        "Connection: a b",
        "Connection: close; x",
        "Connection: \"close\""
      })
  void malformed_fields_are_a_bad_request(String fields) {
    assertThat(parseFields(fields)).isEqualTo(-400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: http://a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:000080\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: :80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: []\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a%2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a%zz\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \u00e4\r\n\r\n"
      })
  void a_request_without_one_good_host_is_a_bad_request(String request) {
    assertThat(parse(request)).isEqualTo(-400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " GET / HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET\t/ HTTP/1.1",
        "GET /\tHTTP/1.1",
        "GET /",
        "GET / ",
        "GET",
        "GET HTTP/1.1",
        "G(T / HTTP/1.1",
        "G\u00c4T / HTTP/1.1",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET /#a HTTP/1.1",
        "GET /\u0000 HTTP/1.1",
        "GET /\u007f HTTP/1.1",
        "GET /\u00e4 HTTP/1.1",
        "GET /a\rb HTTP/1.1",
        "GET a HTTP/1.1",
        "GET h:80 HTTP/1.1",
        "GET * HTTP/1.1",
        "OPTIONS ** HTTP/1.1",
        "GET ftp://h/ HTTP/1.1",
        "GET http:/h/ HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http:///a HTTP/1.1",
        "GET http://:80/ HTTP/1.1",
        "GET http://u:p@h/ HTTP/1.1",
        "GET http://h:x/ HTTP/1.1",
        "CONNECT / HTTP/1.1",
        "CONNECT h HTTP/1.1",
        "CONNECT h: HTTP/1.1",
        "CONNECT http://h:80/ HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1",
        "GET / HTTP/11",
        "GET / HTTP/1.10",
        "GET / HTTP/1.x",
        "GET / HTTP/ 1.1",
        "GET / HTTQ/1.1",
        "GET / HTTP/1.1\r",
        "GET / HTTP/1.1\u0000"
      })
  void a_malformed_request_line_is_a_bad_request(String line) {
    assertThat(parse(line + "\r\nHost: h\r\n\r\n")).isEqualTo(-400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/3.0", "HTTP/0.0"})
  void another_version_is_not_supported(String version) {
    assertThat(parse("PRI * " + version + "\r\n\r\n")).isEqualTo(-505);
  }

  @Test
  void an_unknown_coding_before_chunked_is_not_implemented() {
    assertThat(parseFields("Transfer-Encoding: gzip, chunked")).isEqualTo(-501);
    assertThat(parseFields("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"))
        .isEqualTo(-501);
  }

  @Test
  void chunked_from_an_http_1_0_client_is_a_bad_request() {
    assertThat(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")).isEqualTo(-400);
  }

  @Test
  void an_expectation_that_nobody_knows_fails_but_not_in_http_1_0() {
    String head = "Host: h\r\nExpect: 200-ok\r\n\r\n";
    assertThat(parse("PUT / HTTP/1.1\r\n" + head)).isEqualTo(-417);
    assertThat(parse("PUT / HTTP/1.1\r\nExpect: 100-continue, x\r\n" + head)).isEqualTo(-417);
    assertThat(parse("PUT / HTTP/1.0\r\n" + head)).isPositive();
  }

  @Test
  void a_limit_of_forwards_that_is_no_number_or_comes_twice_is_a_bad_request() {
    String options = "OPTIONS / HTTP/1.1\r\nHost: h\r\n";
    assertThat(parse(options + "Max-Forwards: x\r\n\r\n")).isEqualTo(-400);
    assertThat(parse(options + "Max-Forwards: -1\r\n\r\n")).isEqualTo(-400);
    assertThat(parse(options + "Max-Forwards:\r\n\r\n")).isEqualTo(-400);
    assertThat(parse(options + "Max-Forwards: 1\r\nmax-forwards: 1\r\n\r\n")).isEqualTo(-400);
    assertThat(parse("GET / HTTP/1.1\r\nHost: h\r\nMax-Forwards: x\r\n\r\n")).isPositive();
  }

  @Test
  void connect_with_a_body_is_a_bad_request() {
    String connect = "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n";
    assertThat(parse(connect + "Content-Length: 1\r\n\r\n")).isEqualTo(-400);
    assertThat(parse(connect + "Transfer-Encoding: chunked\r\n\r\n")).isEqualTo(-400);
    assertThat(parse(connect + "Content-Length: 0\r\n\r\n")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\rGET / HTTP/1.1\r\n", "\n\n", "\r\n\r\n\r\n\r\n\r\nGET"})
  void what_is_not_a_few_empty_lines_before_a_request_is_refused(String before) {
    assertThat(parse(before + "GET / HTTP/1.1\r\nHost: h\r\n\r\n")).isEqualTo(-400);
  }

  @Test
  void more_nominations_than_anyone_needs_are_a_bad_request() {
    assertThat(parseFields("Connection: " + "a,".repeat(32))).isPositive();
    assertThat(parseFields("Connection: " + "a,".repeat(33))).isEqualTo(-400);
  }

  @Test
  void a_head_beyond_the_limit_of_bytes_is_refused_even_when_incomplete() {
    RequestHead head = new RequestHead(new HeadLimits(64, 4));
    String fits = "GET / HTTP/1.1\r\nHost: h\r\nA: " + "b".repeat(32) + "\r\n\r\n";
    assertThat(fits).hasSize(64);
    assertThat(head.parse(Http.bytes(fits + "next"), 0, 68)).isEqualTo(64);
    assertThat(head.parse(Http.bytes(fits), 0, 63)).isZero();
    String over = fits.replace("b\r", "bb\r");
    assertThat(head.parse(Http.bytes(over), 0, 63)).isZero();
    assertThat(head.parse(Http.bytes(over), 0, 64)).isEqualTo(-431);
    assertThat(head.parse(Http.bytes(over), 0, 65)).isEqualTo(-431);
    String line = "GET /" + "a".repeat(60);
    assertThat(head.parse(Http.bytes(line), 0, 63)).isZero();
    assertThat(head.parse(Http.bytes(line), 0, 64)).isEqualTo(-414);
    assertThat(head.parse(Http.bytes("\r\n".repeat(4) + line), 0, 64)).isEqualTo(-414);
  }

  @Test
  void more_fields_than_the_limit_are_refused() {
    RequestHead head = new RequestHead(new HeadLimits(1024, 3));
    String three = "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nA: b\r\n";
    assertThat(head.parse(Http.bytes(three + "\r\n"), 0, three.length() + 2)).isPositive();
    assertThat(head.parse(Http.bytes(three + "A: b\r\n"), 0, three.length() + 6)).isEqualTo(-431);
  }
}
