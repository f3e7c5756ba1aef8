package io.steelyard.wire.http1;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@link Laws} on messages that are nearly right: where a lax reading would slip through. */
final class RandomHeadsTest {
  private static final int ROUNDS = 4_000;

  private static final String[] REQUEST_LINES = {
    "GET / HTTP/1.1",
    "HEAD /a?b=c HTTP/1.1",
    "POST /p HTTP/1.1",
    "PUT /p HTTP/1.0",
    "GET http://a.example:81/x HTTP/1.1",
    "GET https://b?q HTTP/1.1",
    "OPTIONS http://c HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "OPTIONS / HTTP/1.1",
    "TRACE / HTTP/1.1",
    "CONNECT h:443 HTTP/1.1",
    "M-SEARCH * HTTP/1.1",
    "GET /a b HTTP/1.1",
    "GET / HTTP/2.0",
    "GET /#f HTTP/1.1",
    "GET  / HTTP/1.1",
    "get / http/1.1",
    "GET h/ HTTP/1.1",
    "GET http://u@h/ HTTP/1.1",
    "GET / HTTP/1.1 ",
    "DELETE //x HTTP/1.1",
    "GET http:///x HTTP/1.1"
  };

  private static final String[] STATUS_LINES = {
    "HTTP/1.1 200 OK",
    "HTTP/1.1 204 No Content",
    "HTTP/1.1 304 Not Modified",
    "HTTP/1.0 200 OK",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 100 Continue",
    "HTTP/1.1 404",
    "HTTP/1.1 500 ",
    "HTTP/1.1 600 X",
    "HTTP/1.1 20 OK",
    "HTTP/2.0 200 OK",
    "HTTP/1.1  200 OK",
    "HTTP/1.1 2000 X"
  };

  private static final String[] FIELDS = {
    "Host: h",
    "Host: h:80",
    "Host:",
    "host: [::1]:8080",
    "Host: a,b",
    "Host: h:99999",
    "Host: a/b",
    "Content-Length: 5",
    "Content-Length: 0",
    "content-length:5",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Content-Length : 5",
    "Content-Length: 1234567890123456789",
    "Transfer-Encoding: chunked",
    "transfer-encoding:\tChunked ",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding:",
    "Connection: close",
    "Connection: keep-alive",
    "connection: Upgrade",
    "Connection: X-A, close",
    "Connection: upgrade, X-Request-Id ,, expect",
    "Connection: host, content-length, x-forwarded-for",
    "Connection: a b",
    "Keep-Alive: timeout=5",
    "Proxy-Connection: keep-alive",
    "TE: trailers",
    "Upgrade: websocket",
    "Upgrade: websocket/13, h2c",
    "X-A: b",
    "X-Forwarded-For: 1.2.3.4",
    "X-Forwarded-For:",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: evil",
    "X-Forwarded-Port: 1",
    "Forwarded: for=1.1.1.1",
    "X-Request-Id: abc",
    "X-Request-Id: a b",
    "X-Request-Id:",
    "Expect: 100-continue",
    "Expect: 200-ok",
    "Max-Forwards: 10",
    "max-forwards:0",
    "Max-Forwards: 1 ",
    "Max-Forwards: -1",
    "Max-Forwards: 9999999999",
    "Connection: max-forwards",
    "Accept: */*",
    " folded",
    "\tfolded",
    "Bad Name: x",
    ": x",
    "NoColon",
    "Cookie: a=\u00e9; b=\u0080\u00ff",
    "Content_Length: 9",
    "transfer_Encoding: chunked",
    "X_Forwarded-For: 1.1.1.1",
    "x_forwarded_prefix_of_any_length_whatever: /x",
    "X-Forwarded-Prefix: /x",
    "X-Forwarded-: x",
    "X-Real-IP: 1.1.1.1",
    "X_Real_IP: 1.1.1.1",
    "X_A: b",
    "X-Forwarde_: c",
    "X: a\tb",
    "X: a\u007fb"
  };

  private static final String[] CHUNKS = {
    "5\r\nhello\r\n",
    "0\r\n",
    "00\r\n",
    "a;x=\"y\"\r\n0123456789\r\n",
    "A\r\n0123456789\r\n",
    "\r\n",
    "X-T: v\r\n",
    "Bad T: v\r\n",
    " 5\r\nhello\r\n",
    "5 \r\nhello\r\n",
    "5\nhello\r\n",
    "5\r\nhello\n",
    "5\r\nhelloX\r\n",
    "-1\r\n",
    "0x5\r\nhello\r\n",
    "1000000000000000\r\n",
    "g\r\n",
    "fffffffffffffff\r\nhello",
    "1;\rx\r\na\r\n",
    " fold\r\n",
    "3\r\n\r\n0\r\n"
  };

  private static final String[] SPICE = {
    "\r", "\n", "\0", " ", "\t", ":", ",", ";", "\r\n", "\u007f", "\u0080", "\u00ff", "0", "a", "/",
    "\u000b"
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void requests_follow_the_laws(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      Laws.request(Http.bytes(spiced(head(REQUEST_LINES, random), random)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void responses_follow_the_laws(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      Laws.response(Http.bytes(spiced(head(STATUS_LINES, random), random)), random.nextInt(4) == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void chunked_bodies_follow_the_laws(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder body = new StringBuilder();
      for (int n = random.nextInt(5); n >= 0; n--) {
        // The first three are good: else hardly a body would get far.
        body.append(CHUNKS[random.nextInt(random.nextInt(3) == 0 ? CHUNKS.length : 6)]);
      }
      Laws.chunks(Http.bytes(spiced(body.toString(), random)));
    }
  }

  private static String head(String[] startLines, Random random) {
    StringBuilder head = new StringBuilder(random.nextInt(20) == 0 ? "\r\n" : "");
    head.append(startLines[random.nextInt(startLines.length)]).append("\r\n");
    if (random.nextInt(4) != 0) {
      head.append("Host: h.example\r\n");
    }
    for (int n = random.nextInt(5); n > 0; n--) {
      head.append(FIELDS[random.nextInt(FIELDS.length)]).append("\r\n");
    }
    return head.append("\r\nbody").toString();
  }

  /** In one of three, a few bytes go wrong. */
  private static String spiced(String text, Random random) {
    if (random.nextInt(3) != 0) {
      return text;
    }
    StringBuilder spiced = new StringBuilder(text);
    for (int n = 1 + random.nextInt(3); n > 0 && !spiced.isEmpty(); n--) {
      int at = random.nextInt(spiced.length());
      switch (random.nextInt(3)) {
        case 0 -> spiced.deleteCharAt(at);
        case 1 -> spiced.insert(at, SPICE[random.nextInt(SPICE.length)]);
        default -> spiced.replace(at, at + 1, SPICE[random.nextInt(SPICE.length)]);
      }
    }
    return spiced.toString();
  }
}
