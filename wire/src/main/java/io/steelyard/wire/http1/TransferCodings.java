package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/** What the Transfer-Encoding fields of one message say (RFC 9112 6.1). Reused. */
final class TransferCodings {
  private static final byte[] CHUNKED = "chunked".getBytes(StandardCharsets.US_ASCII);

  boolean present;
  boolean chunked;
  boolean unknown;

  void reset() {
    present = false;
    chunked = false;
    unknown = false;
  }

  /** Adds one field value; false when it is malformed or names a coding after chunked. */
  boolean read(byte[] in, int from, int to) {
    present = true;
    int p = from;
    do {
      int begin = Scan.skipBlanks(in, p, to);
      int end = Scan.tokenEnd(in, begin, to);
      int comma = Scan.skipBlanks(in, end, to);
      if (chunked || begin == end || (comma < to && in[comma] != ',')) {
        return false;
      }
      chunked = Scan.same(in, begin, end, CHUNKED);
      unknown |= !chunked;
      p = comma;
    } while (p++ < to);
    return true;
  }
}
