package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Heads whose fields and path are changed on their way. */
final class HeadChangeTest {
  private static final HeadLimits LIMITS = new HeadLimits(16 * 1024, 64);
  private static final String[] LINES = {
    "Host: h.example:81",
    "Cookie: srv=1; b=2",
    "Cookie: srv=3",
    "Connection: X-Gone, close",
    "X-Gone: 1",
    "x-drop: 1",
    "X-Drop:",
    "X-Drop : 1",
    "X-Forwarded-For: 1.1.1.1",
    "Forwarded: for=1.1.1.1",
    "Upgrade: websocket",
    "Connection: upgrade",
    "Expect: 100-continue",
    "Content-Length: 3",
    "Transfer-Encoding: chunked",
    "X-Request-Id: id",
    "Accept: */*"
  };
  private static final String[] TARGETS = {
    "/api",
    "/api/",
    "/api/x?y=1",
    "/api?z",
    "/apix",
    "http://a.example/api/x",
    "http://a.example",
    "http://a.example?q",
    "*",
    "/api//x",
    "/api/%0d%0aX"
  };

  private final RequestHead head = new RequestHead(LIMITS);
  private final byte[] out = new byte[64 * 1024];
  private byte[] in;

  private static Forwarding forwarding(boolean trusted) {
    return new Forwarding(
        Ascii.bytes("10.0.0.1"),
        Ascii.bytes("http"),
        Ascii.bytes("80"),
        trusted,
        Ascii.bytes("fallback"),
        new RequestIds(1),
        Forwarding.Certificate.NONE);
  }

  private int parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    in = Arrays.copyOf(bytes, bytes.length + 64);
    return head.parse(in, 0, bytes.length);
  }

  private String written() {
    int n = head.write(out, 0, forwarding(false));
    return new String(out, 0, n, StandardCharsets.US_ASCII)
        .replaceAll("X-Forwarded-[^\r]*\r\n|X-Request-Id[^\r]*\r\n", "");
  }

  @Test
  void fields_are_set_added_and_removed() {
    parse("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nX-B: 3\r\nCookie: c=1\r\n\r\n");
    head.change(new HeadChange(List.of("X-A", "cookie"), "X-A: new\r\nX-B: 4\r\n", ""));
    assertThat(written())
        .isEqualTo("GET / HTTP/1.1\r\nHost: h\r\nX-B: 3\r\nX-A: new\r\nX-B: 4\r\n\r\n");
  }

  /** Servers that read an underscore as a hyphen would believe the client's own. */
  @Test
  void a_field_with_underscores_goes_as_the_one_with_hyphens() {
    parse("GET / HTTP/1.1\r\nHost: h\r\nX_Tenant: evil\r\nY_tenant: 1\r\nA-B: 1\r\n\r\n");
    head.change(new HeadChange(List.of("X-Tenant", "A_B"), "X-Tenant: shop\r\n", ""));
    assertThat(written())
        .isEqualTo("GET / HTTP/1.1\r\nHost: h\r\nY_tenant: 1\r\nX-Tenant: shop\r\n\r\n");
  }

  @Test
  void a_host_takes_the_place_of_the_request_s_own() {
    for (String first : List.of("GET / HTTP/1.1\r\nhOst: h\r\n", "GET http://h/ HTTP/1.0\r\n")) {
      assertThat(parse(first + "\r\n")).isPositive();
      head.change(new HeadChange(List.of("Host"), "", "inner:1"));
      assertThat(written()).isEqualTo("GET / HTTP/1.1\r\nHost: inner:1\r\n\r\n");
    }
  }

  @Test
  void the_next_head_is_not_changed() {
    parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    head.change(new HeadChange(List.of(), "X-A: 1\r\n", ""));
    head.rewritePath(Ascii.bytes("/new"), head.pathFrom());
    assertThat(written()).isEqualTo("GET /new/ HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n");
    parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(written()).isEqualTo("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  @Test
  void a_rewritten_path_begins_with_a_slash() {
    String[][] cases = {
      {"/api", "/"}, {"/api?q", "/?q"}, {"/api/", "/"}, {"/api/x?q", "/x?q"}, {"/api//x", "//x"}
    };
    for (String[] one : cases) {
      parse("GET " + one[0] + " HTTP/1.1\r\nHost: h\r\n\r\n");
      head.rewritePath(new byte[0], head.pathFrom() + "/api".length());
      assertThat(written()).startsWith("GET " + one[1] + " HTTP/1.1\r\n");
    }
  }

  /** Whatever comes in and is done to it, servers see one request, with the same end. */
  @Test
  void what_goes_out_is_exactly_one_request() {
    long seed = 20_261_128;
    Random random = new Random(seed);
    RequestHead again = new RequestHead(new HeadLimits(32 * 1024, 128));
    int good = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "POST " : "GET ");
      text.append(TARGETS[random.nextInt(TARGETS.length)]).append(" HTTP/1.1\r\nHost: a\r\n");
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(LINES[1 + random.nextInt(LINES.length - 1)]).append("\r\n");
      }
      if (parse(text.append("\r\n").toString()) <= 0) {
        continue;
      }
      good++;
      if (random.nextBoolean()) {
        head.dropCookies(new byte[][] {Ascii.bytes("srv")});
      }
      boolean host = random.nextBoolean();
      head.change(
          new HeadChange(
              host ? List.of("Host", "X-Drop", "Cookie", "Forwarded") : List.of("X-Drop"),
              "X-New: 1\r\n",
              host ? "inner" : ""));
      if (random.nextBoolean() && in[head.pathFrom()] == '/') {
        head.rewritePath(Ascii.bytes(random.nextBoolean() ? "/new" : ""), head.pathFrom());
      }
      Forwarding forwarding = forwarding(random.nextBoolean());
      int bound = head.writtenBound(forwarding);
      int n = head.write(out, 0, forwarding);
      assertThat(n).as(text.toString()).isLessThanOrEqualTo(bound);
      assertThat(again.parse(out, 0, n)).as(seed + ": " + text).isEqualTo(n);
      assertThat(again.contentLength()).isEqualTo(head.contentLength());
      assertThat(again.findField(Ascii.bytes("x-drop"))).isFalse();
      assertThat(again.findField(Ascii.bytes("x-new"))).isTrue();
      assertThat(again.findNextField(Ascii.bytes("x-new"))).isFalse();
      assertThat(again.findField(Ascii.bytes("host"))).isTrue();
      assertThat(again.findNextField(Ascii.bytes("host"))).isFalse();
    }
    assertThat(good).isGreaterThan(2_000);
  }
}
