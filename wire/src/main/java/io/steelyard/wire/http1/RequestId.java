package io.steelyard.wire.http1;

/**
 * The id of a request: the client's own if that is believed, else one that is made when first
 * needed. Serves one request after the other.
 */
final class RequestId {
  /** A longer one of a client is not believed. */
  static final int BYTES_MAX = 128;

  private static final byte[] NAME = Ascii.bytes("X-Request-Id: ");

  /** How many bytes {@link #writeLine} writes. */
  static final int LINE_BYTES = NAME.length + RequestIds.LENGTH + 2;

  /** Where the client's own begins. */
  int from;

  /** Where it ends; where it begins, if none is believed. */
  int to;

  private final byte[] made = new byte[RequestIds.LENGTH];
  private boolean isMade;

  void reset() {
    doubt();
    isMade = false;
  }

  /** The client's own is not believed. */
  void doubt() {
    from = 0;
    to = 0;
  }

  /** The client's own, if it is fit to be told and logged. */
  void read(byte[] in, int begin, int end) {
    doubt();
    if (end > begin && end - begin <= BYTES_MAX && Scan.visibleEnd(in, begin, end) == end) {
      from = begin;
      to = end;
    }
  }

  boolean believed() {
    return from < to;
  }

  /** Writes it, whichever it is; the index after it. */
  int write(RequestIds ids, byte[] in, byte[] out, int at) {
    return believed() ? Ascii.copy(in, from, to, out, at) : writeMade(ids, out, at);
  }

  /** Writes the header field with the one that is made; the index after it. */
  int writeLine(RequestIds ids, byte[] out, int at) {
    return Ascii.crlf(out, writeMade(ids, out, Ascii.put(NAME, out, at)));
  }

  private int writeMade(RequestIds ids, byte[] out, int at) {
    if (!isMade) {
      ids.next(made, 0);
      isMade = true;
    }
    return Ascii.put(made, out, at);
  }
}
