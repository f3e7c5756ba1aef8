package io.steelyard.wire.http1;

import java.util.Locale;

/**
 * Measures what reading and writing a head costs, in nanoseconds: the best of many short rounds, so
 * that other load counts little. {@code java -cp wire/target/classes:wire/target/test-classes
 * io.steelyard.wire.http1.HeadCost}. Not a test.
 */
final class HeadCost {
  private static final int ROUNDS = 3_000;
  private static final int PER_ROUND = 1_000;

  private static final String SMALL =
      Http.lines(
          """
          GET /index.html HTTP/1.1
          Host: 127.0.0.1:8080
          User-Agent: wrk/4.2
          Accept: */*

          """);

  private static final String BROWSER =
      Http.lines(
          """
          GET /shop/articles/2026/11/steelyard-balance?ref=home&utm_source=newsletter HTTP/1.1
          Host: shop.example.com
          Connection: keep-alive
          Cache-Control: max-age=0
          sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"
          sec-ch-ua-mobile: ?0
          sec-ch-ua-platform: "Linux"
          Upgrade-Insecure-Requests: 1
          User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
          Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8
          Sec-Fetch-Site: same-origin
          Sec-Fetch-Mode: navigate
          Sec-Fetch-User: ?1
          Sec-Fetch-Dest: document
          Referer: https://shop.example.com/shop/articles
          Accept-Encoding: gzip, deflate, br, zstd
          Accept-Language: de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7
          Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; _ga=GA1.2.1234567890.1700000000
          If-None-Match: "5f3c-61a2b3c4d5e6f"

          """);

  private static final String NGINX =
      Http.lines(
          """
          HTTP/1.1 200 OK
          Server: nginx/1.22.1
          Date: Tue, 24 Nov 2026 03:00:00 GMT
          Content-Type: text/plain
          Content-Length: 100
          Last-Modified: Tue, 24 Nov 2026 02:00:00 GMT
          Connection: keep-alive
          ETag: "6563f5a0-64"
          Accept-Ranges: bytes

          """);

  private final RequestHead request = new RequestHead(HeadLimits.DEFAULT);
  private final ResponseHead response = new ResponseHead(HeadLimits.DEFAULT);
  private final Forwarding forwarding = Http.forwarding(false);
  private final byte[] out = new byte[8192];

  private HeadCost() {}

  public static void main(String[] args) {
    HeadCost cost = new HeadCost();
    double small = Double.MAX_VALUE;
    double browser = Double.MAX_VALUE;
    double nginx = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      small = Math.min(small, cost.request(Http.bytes(SMALL)));
      browser = Math.min(browser, cost.request(Http.bytes(BROWSER)));
      nginx = Math.min(nginx, cost.response(Http.bytes(NGINX)));
    }
    System.out.printf(
        Locale.ROOT,
        "small GET (%d bytes) %.1f ns, browser GET (%d bytes) %.1f ns, nginx response (%d bytes) %.1f ns%n",
        SMALL.length(),
        small,
        BROWSER.length(),
        browser,
        NGINX.length(),
        nginx);
  }

  private double request(byte[] in) {
    long begin = System.nanoTime();
    long sum = 0;
    for (int i = 0; i < PER_ROUND; i++) {
      sum += request.parse(in, 0, in.length) + request.write(out, 0, forwarding);
    }
    return perHead(begin, sum);
  }

  private double response(byte[] in) {
    long begin = System.nanoTime();
    long sum = 0;
    for (int i = 0; i < PER_ROUND; i++) {
      sum += response.parse(in, 0, in.length, false) + response.write(out, 0, 1, false, false);
    }
    return perHead(begin, sum);
  }

  private static double perHead(long begin, long sum) {
    double ns = (System.nanoTime() - begin) / (double) PER_ROUND;
    if (sum <= 0) {
      throw new IllegalStateException("refused");
    }
    return ns;
  }
}
