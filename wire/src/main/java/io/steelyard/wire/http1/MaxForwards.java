package io.steelyard.wire.http1;

/**
 * How often an OPTIONS or a TRACE may still be passed on (RFC 9110, section 7.6.2). Serves one
 * request after the other.
 */
final class MaxForwards {
  private static final byte[] NAME = Ascii.bytes("max-forwards");
  private static final byte[] LINE = Ascii.bytes("Max-Forwards: ");
  private static final int DIGITS_MAX = 9;

  /** How many bytes {@link #writeLine} writes at most. */
  static final int LINE_BYTES = LINE.length + DIGITS_MAX + 2;

  private static final int ABSENT = -1;

  private int left;

  void reset() {
    left = ABSENT;
  }

  /**
   * Reads it from the field lines, which are known to be good, and cuts it from what is passed on.
   *
   * @return false if it is no number, or is there twice
   */
  boolean read(Finder finder, byte[] in, int from, int to, Cuts cuts) {
    int p = from;
    while (p < to) {
      int colon = Scan.tokenEnd(in, p, to);
      int cr = Scan.control(in, colon, to);
      if (Scan.same(in, p, colon, NAME)) {
        finder.field(in, p, cr + 2, NAME);
        boolean first = left == ABSENT;
        boolean fits = finder.to - finder.from <= DIGITS_MAX;
        left = fits ? (int) Scan.decimal(in, finder.from, finder.to) : ABSENT;
        if (!first || left < 0) {
          return false;
        }
        cuts.insert(p, cr + 2);
      }
      p = cr + 2;
    }
    return true;
  }

  /** Nobody is to get the request after this hop. */
  boolean none() {
    return left == 0;
  }

  /** Writes the field for the next hop, if there was one; the index after it. */
  int writeLine(byte[] out, int at) {
    if (left <= 0) {
      return at;
    }
    return Ascii.crlf(out, Ascii.decimal(left - 1, out, Ascii.put(LINE, out, at)));
  }
}
