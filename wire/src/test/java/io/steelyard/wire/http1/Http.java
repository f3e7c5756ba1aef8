package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/** Heads as text in tests: one character is one byte. */
final class Http {
  static final String MADE_ID = "0000000000005eed-000000000001";

  private Http() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] in, int from, int to) {
    return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** A text block's lines, ended as HTTP ends them. */
  static String lines(String block) {
    return block.replace("\n", "\r\n");
  }

  /** A new one each time, so that the next made id is {@link #MADE_ID}. */
  static Forwarding forwarding(boolean trusted) {
    return new Forwarding(
        bytes("10.0.0.1"),
        bytes("http"),
        bytes("8080"),
        trusted,
        bytes("fallback"),
        new RequestIds(0x5eed),
        Forwarding.Certificate.NONE);
  }
}
