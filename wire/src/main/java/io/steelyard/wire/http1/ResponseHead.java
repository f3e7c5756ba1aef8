package io.steelyard.wire.http1;

/**
 * The head of an HTTP/1 response: read strictly, and written anew for a client where it must
 * change. One object serves all connections of a loop; it allocates nothing after construction.
 *
 * <p>{@link #parse} keeps offsets into the caller's array: all other methods need that array
 * unchanged, and mean something only after a parse that gave a positive result.
 */
public final class ResponseHead {
  /** The length of a body that ends with the connection. */
  public static final long UNTIL_CLOSE = -2;

  /** The length of a chunked body. */
  public static final long CHUNKED = -1;

  /** What {@link #parse} returns for a head beyond the limits. */
  public static final int TOO_LARGE = -431;

  private static final int BAD_GATEWAY = -502;

  private static final int UPGRADE = 1;
  private static final int FRAMING = 2;
  private static final int TRANSFER_ENCODING = 3;

  /** Up to and with the status. */
  private static final int STATUS_LINE_BYTES_MIN = 12;

  private static final int MINOR_AT = 7;
  private static final long HTTP_1_1 = Ascii.word("HTTP/1.1");
  private static final long HTTP_1_0 = Ascii.word("HTTP/1.0");

  private static final byte[] NO_LINES = {};
  private static final byte[] CLOSE_LINE = Ascii.bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE_LINE = Ascii.bytes("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE_LINE = Ascii.bytes("Connection: upgrade\r\n");

  private final HeadLimits limits;
  private final ConnectionOptions options = new ConnectionOptions();
  private final TransferCodings codings = new TransferCodings();
  private final Cuts cuts;
  private final Finder finder = new Finder();

  private byte[] in;
  private int headFrom;
  private int length;
  private int fieldsFrom;
  private int fieldsTo;
  private int minor;
  private int status;
  private long declaredLength;
  private long contentLength;
  private boolean strayBody;

  public ResponseHead(HeadLimits limits) {
    this.limits = limits;
    this.cuts = new Cuts(limits.fields());
  }

  /**
   * Reads a head that begins at {@code from}.
   *
   * @param requestWasHead whether the request's method was HEAD: then no body follows
   * @return its length in bytes, with the empty line that ends it; 0 when more bytes are needed;
   *     -502 when it is malformed or ambiguous; {@link #TOO_LARGE} when it is beyond the limits
   */
  public int parse(byte[] in, int from, int to, boolean requestWasHead) {
    this.in = in;
    headFrom = from;
    boolean limited = to - from >= limits.bytes();
    int end = limited ? from + limits.bytes() : to;
    int p = statusLine(from, end);
    if (p > 0) {
      reset();
      fieldsFrom = p;
      p = fields(p, end);
    }
    if (p <= 0) {
      return p == 0 && limited ? TOO_LARGE : p;
    }
    length = p - from;
    return conclude(requestWasHead) ? length : BAD_GATEWAY;
  }

  private int statusLine(int from, int end) {
    int cr = Scan.control(in, from, end);
    if (cr < end && in[cr] != '\r') {
      return BAD_GATEWAY;
    }
    if (cr + 1 >= end) {
      return 0;
    }
    if (in[cr + 1] != '\n' || cr - from < STATUS_LINE_BYTES_MIN) {
      return BAD_GATEWAY;
    }
    long version = Scan.word(in, from);
    if (version != HTTP_1_1 && version != HTTP_1_0) {
      return BAD_GATEWAY;
    }
    minor = version == HTTP_1_1 ? 1 : 0;
    status = (int) Scan.decimal(in, from + 9, from + STATUS_LINE_BYTES_MIN);
    // Many servers leave out the space that should stand before an empty reason.
    boolean good =
        in[from + 8] == ' '
            && status >= 100
            && status <= 599
            && (cr == from + STATUS_LINE_BYTES_MIN || in[from + STATUS_LINE_BYTES_MIN] == ' ');
    return good ? cr + 2 : BAD_GATEWAY;
  }

  private int fields(int from, int end) {
    int p = from;
    int count = 0;
    while (p < end) {
      int colon = Scan.tokenEnd(in, p, end);
      if (colon == p) {
        return emptyLine(p, end);
      }
      if (colon == end) {
        return 0;
      }
      int cr = Scan.control(in, colon + 1, end);
      if (in[colon] != ':' || (cr < end && in[cr] != '\r')) {
        return BAD_GATEWAY;
      }
      if (cr + 1 >= end) {
        return 0;
      }
      if (in[cr + 1] != '\n') {
        return BAD_GATEWAY;
      }
      if (++count > limits.fields()) {
        return TOO_LARGE;
      }
      int name = FieldName.of(in, p, colon);
      if (name != FieldName.OTHER && !field(name, p, colon + 1, cr)) {
        return BAD_GATEWAY;
      }
      p = cr + 2;
    }
    return 0;
  }

  private int emptyLine(int p, int end) {
    if (in[p] != '\r') {
      return BAD_GATEWAY;
    }
    if (p + 1 == end) {
      return 0;
    }
    fieldsTo = p;
    return in[p + 1] == '\n' ? p + 2 : BAD_GATEWAY;
  }

  private void reset() {
    options.reset();
    codings.reset();
    cuts.reset();
    declaredLength = -1;
    strayBody = false;
  }

  private boolean field(int name, int lineFrom, int from, int cr) {
    int begin = Scan.skipBlanks(in, from, cr);
    int end = Scan.trimBlanks(in, begin, cr);
    int next = cr + 2;
    switch (name) {
      case FieldName.CONTENT_LENGTH -> {
        return contentLength(lineFrom, begin, end, next);
      }
      case FieldName.TRANSFER_ENCODING -> {
        cuts.add(lineFrom, next, bodiless() ? FRAMING : TRANSFER_ENCODING);
        return codings.read(in, begin, end);
      }
      case FieldName.CONNECTION -> {
        cuts.add(lineFrom, next, Cuts.ALWAYS);
        return options.read(in, begin, end);
      }
      case FieldName.UPGRADE -> cuts.add(lineFrom, next, UPGRADE);
      case FieldName.KEEP_ALIVE, FieldName.PROXY_CONNECTION, FieldName.PROXY_AUTHENTICATE ->
          cuts.add(lineFrom, next, Cuts.ALWAYS);
      default -> {}
    }
    return true;
  }

  private boolean contentLength(int lineFrom, int begin, int end, int next) {
    long value = Scan.decimal(in, begin, end);
    if (value < 0 || (declaredLength >= 0 && declaredLength != value)) {
      return false;
    }
    if (bodiless()) {
      cuts.add(lineFrom, next, FRAMING);
    } else if (declaredLength == value) {
      // The same length said twice is said once.
      cuts.add(lineFrom, next, Cuts.ALWAYS);
    }
    declaredLength = value;
    return true;
  }

  /** Whether the status forbids to declare a body (RFC 9110 8.6, RFC 9112 6.1). */
  private boolean bodiless() {
    return status < 200 || status == 204;
  }

  private boolean conclude(boolean requestWasHead) {
    if (codings.present
        && (declaredLength >= 0 || minor == 0 || !codings.chunked || codings.unknown)) {
      return false;
    }
    strayBody = bodiless() && (codings.present || declaredLength > 0);
    if (strayBody && status < 200) {
      return false;
    }
    if (requestWasHead || bodiless() || status == 304) {
      contentLength = 0;
    } else if (codings.present) {
      contentLength = CHUNKED;
    } else {
      contentLength = declaredLength >= 0 ? declaredLength : UNTIL_CLOSE;
    }
    if (options.nominatesAny()) {
      cuts.addNominated(in, fieldsFrom, fieldsTo, options);
    }
    return true;
  }

  /** The head's length in bytes, as {@link #parse} returned it. */
  public int length() {
    return length;
  }

  /** The status, 100 to 599. */
  public int status() {
    return status;
  }

  /** The minor version that the server speaks: 0 or 1. */
  public int minor() {
    return minor;
  }

  /**
   * The body's bytes: 0 when there is none (also for HEAD, 1xx, 204 and 304), {@link #CHUNKED}, or
   * {@link #UNTIL_CLOSE}.
   */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the server's connection cannot be used again. */
  public boolean close() {
    return options.close
        || (minor == 0 && !options.keepAlive)
        || contentLength == UNTIL_CLOSE
        || strayBody;
  }

  /** Whether another protocol follows (101). */
  public boolean upgraded() {
    return status == 101;
  }

  /**
   * Whether {@link #write} would produce the very bytes that were read, so that they can be
   * forwarded as they are.
   */
  public boolean unchanged(int clientMinor, boolean closeClient, boolean dechunk) {
    return minor == 1
        && clientMinor == 1
        && !closeClient
        && !tellsUpgrade()
        && cuts.allKept(kept(dechunk));
  }

  /**
   * Looks for the first header field of that name.
   *
   * @param lowerName in lower case
   * @return whether there is one; then {@link #foundFrom} and {@link #foundTo} tell its value
   */
  public boolean findField(byte[] lowerName) {
    return finder.field(in, fieldsFrom, fieldsTo, lowerName);
  }

  /** {@link #write} leaves these header fields out. To be called once. */
  public void drop(HeadChange change) {
    Finder.cutFields(in, fieldsFrom, fieldsTo, change.dropped(), cuts);
  }

  /** As {@link #findField}, for the value of the cookie of that name that the server sets. */
  public boolean findSetCookie(byte[] name) {
    return finder.setCookie(in, fieldsFrom, fieldsTo, name);
  }

  /** Where what was found last begins. */
  public int foundFrom() {
    return finder.from;
  }

  /** Where what was found last ends. */
  public int foundTo() {
    return finder.to;
  }

  /**
   * Whether the client has to hear of a protocol: the one that follows, or one it should ask for.
   */
  private boolean tellsUpgrade() {
    return status == 101 || (status == 426 && cuts.has(UPGRADE));
  }

  /** How many bytes {@link #write} may produce at most. */
  public int writtenBound() {
    return length + UPGRADE_LINE.length + KEEP_ALIVE_LINE.length;
  }

  /**
   * Writes the head for the client, as HTTP/1.1, without what concerns only the server's hop.
   *
   * @param clientMinor 0 or 1; a client of HTTP/1.0 whose connection stays is told so, and it is
   *     told of no transfer coding, not even where no body follows (RFC 9112 6.1)
   * @param closeClient whether the client's connection ends after this response
   * @param dechunk whether the caller takes the chunks' framing off: for a client of HTTP/1.0
   * @param lines whole lines to add, the first {@code linesLength} bytes
   * @return the index after the last byte written
   */
  public int write(
      byte[] out,
      int at,
      int clientMinor,
      boolean closeClient,
      boolean dechunk,
      byte[] lines,
      int linesLength) {
    int o = cuts.copyBetween(in, headFrom, fieldsTo, out, at, kept(dechunk || clientMinor == 0));
    out[at + MINOR_AT] = '1';
    if (tellsUpgrade()) {
      o = Ascii.put(UPGRADE_LINE, out, o);
    }
    if (closeClient && status != 101) {
      o = Ascii.put(CLOSE_LINE, out, o);
    } else if (clientMinor == 0 && status != 101) {
      o = Ascii.put(KEEP_ALIVE_LINE, out, o);
    }
    System.arraycopy(lines, 0, out, o, linesLength);
    o += linesLength;
    out[o] = '\r';
    out[o + 1] = '\n';
    return o + 2;
  }

  /** As {@link #write} with lines to add, without any. */
  public int write(byte[] out, int at, int clientMinor, boolean closeClient, boolean dechunk) {
    return write(out, at, clientMinor, closeClient, dechunk, NO_LINES, 0);
  }

  private int kept(boolean dechunk) {
    return (tellsUpgrade() ? 1 << UPGRADE : 0) | (dechunk ? 0 : 1 << TRANSFER_ENCODING);
  }
}
