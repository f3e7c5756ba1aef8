package io.steelyard.wire.http1;

/** Checks {@code uri-host [":" port]} (RFC 9110 7.2, RFC 3986 3.2): without user information. */
final class Authority {
  /** The bytes are no authority. */
  static final int BAD = -1;

  private static final int PORT_DIGITS_MAX = 5;
  private static final int PORT_MAX = 65_535;

  private Authority() {}

  /** Where the host ends: at the colon before the port, or {@code to}; or {@link #BAD}. */
  static int hostEnd(byte[] in, int from, int to) {
    int end = from < to && in[from] == '[' ? literalEnd(in, from + 1, to) : nameEnd(in, from, to);
    if (end == BAD || end == to) {
      return end;
    }
    return end > from && in[end] == ':' && isPort(in, end + 1, to) ? end : BAD;
  }

  private static int literalEnd(byte[] in, int from, int to) {
    int i = from;
    while (i < to && (Scan.isHex(in[i]) || in[i] == ':' || in[i] == '.')) {
      i++;
    }
    return i < to && in[i] == ']' && i - from >= 2 ? i + 1 : BAD;
  }

  private static int nameEnd(byte[] in, int from, int to) {
    int i = from;
    while (i < to) {
      if (Scan.isHostByte(in[i])) {
        i++;
      } else if (in[i] == '%' && i + 2 < to && Scan.isHex(in[i + 1]) && Scan.isHex(in[i + 2])) {
        i += 3;
      } else {
        break;
      }
    }
    return i;
  }

  private static boolean isPort(byte[] in, int from, int to) {
    return from == to
        || (to - from <= PORT_DIGITS_MAX
            && Scan.decimal(in, from, to) >= 0
            && Scan.decimal(in, from, to) <= PORT_MAX);
  }
}
