package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/**
 * The name of one trailer field, put together piece by piece. Some names may not come behind a body
 * (RFC 9110 6.5.1): who merges trailers into the head would take them for the head's.
 */
final class TrailerName {
  /** Longer than any name that matters. */
  private static final int BYTES_MAX = 32;

  private static final byte[][] BARRED = {
    ascii("trailer"),
    ascii("content-encoding"),
    ascii("content-type"),
    ascii("content-range"),
    ascii("authorization"),
    ascii("proxy-authorization"),
    ascii("proxy-authenticate"),
    ascii("www-authenticate"),
    ascii("cookie"),
    ascii("set-cookie"),
    ascii("cache-control"),
    ascii("location"),
    ascii("max-forwards")
  };

  private final byte[] bytes = new byte[BYTES_MAX];
  private final byte[] scratch = FieldName.scratch();
  private int length;

  void reset() {
    length = 0;
  }

  /** Adds what has come of it: token characters. */
  void add(byte[] in, int from, int to) {
    int n = Math.min(to - from, BYTES_MAX - length);
    System.arraycopy(in, from, bytes, length, n);
    length += n;
  }

  /** Whether the field may not be a trailer. */
  boolean barred() {
    if (FieldName.of(bytes, 0, length) != FieldName.OTHER
        || FieldName.unusual(bytes, 0, length, scratch) != FieldName.OTHER) {
      return true;
    }
    for (byte[] name : BARRED) {
      if (Scan.same(bytes, 0, length, name)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
