package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RequestHeadTest {
  private static final Forwarding UNTRUSTED = forwarding(false);
  private static final Forwarding TRUSTED = forwarding(true);

  private final RequestHead head = new RequestHead(HeadLimits.DEFAULT);

  private static Forwarding forwarding(boolean trusted) {
    return new Forwarding(
        ascii("10.0.0.1"),
        ascii("http"),
        ascii("8080"),
        trusted,
        ascii("fallback"),
        new RequestIds(0x5eed));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private int parse(String text) {
    byte[] in = ascii(text);
    return head.parse(in, 0, in.length);
  }

  private String written(Forwarding forwarding) {
    byte[] out = new byte[head.writtenBound(forwarding)];
    int end = head.write(out, 0, forwarding);
    return new String(out, 0, end, StandardCharsets.ISO_8859_1);
  }

  private static String crlf(String block) {
    return block.replace("\n", "\r\n");
  }

  @Test
  void a_plain_request_is_passed_on_with_the_forwarding_lines() {
    assertThat(parse("GET /a?b HTTP/1.1\r\nHost: h:1\r\nAccept: */*\r\n\r\nnext")).isEqualTo(45);
    assertThat(written(UNTRUSTED))
        .isEqualTo(
            crlf(
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
    parse(
        crlf(
            """
            GET http://H/ HTTP/1.0
            X-Forwarded-For: 1.1.1.1
            X-Forwarded-For: 2.2.2.2\s
            X-Forwarded-Proto: https
            X-Request-Id: x

            """));
    assertThat(written(TRUSTED))
        .isEqualTo(
            crlf(
                """
                GET / HTTP/1.1
                Host: H
                X-Forwarded-Proto: https
                X-Request-Id: x
                X-Forwarded-For: 1.1.1.1, 2.2.2.2, 10.0.0.1
                X-Forwarded-Port: 8080
                X-Forwarded-Host: H

                """));
  }
}
