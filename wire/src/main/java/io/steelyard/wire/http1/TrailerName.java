package io.steelyard.wire.http1;

/**
 * The name of one trailer field, put together piece by piece. Some names may not come behind a body
 * (RFC 9110 6.5.1): who merges trailers into the head would take them for the head's.
 */
final class TrailerName {
  /** Longer than any name that matters. */
  private static final int BYTES_MAX = 32;

  private static final byte[][] BARRED = {
    Ascii.bytes("trailer"),
    Ascii.bytes("content-encoding"),
    Ascii.bytes("content-type"),
    Ascii.bytes("content-range"),
    Ascii.bytes("authorization"),
    Ascii.bytes("proxy-authorization"),
    Ascii.bytes("proxy-authenticate"),
    Ascii.bytes("www-authenticate"),
    Ascii.bytes("cookie"),
    Ascii.bytes("set-cookie"),
    Ascii.bytes("cache-control"),
    Ascii.bytes("location"),
    Ascii.bytes("max-forwards")
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
}
