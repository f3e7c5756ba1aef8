package io.steelyard.wire.http1;

/**
 * The framing of one chunked body with its trailers (RFC 9112 7.1), read strictly: fields that may
 * not be trailers are refused like malformed ones. It never keeps or changes bytes: it says where
 * they end.
 *
 * <pre>
 * SIZE -> SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE ...
 *   |  \-> EXTENSION -> SIZE_LF
 *   \ (size 0) SIZE_LF -> LINE -> NAME -> VALUE -> VALUE_LF -> LINE ... -> END_LF -> DONE
 * </pre>
 *
 * <p>Either everything is shown to {@link #scan} or {@link #next}; or data that need not be looked
 * at is reported with {@link #dataConsumed}, and only the rest is shown.
 */
public final class ChunkedBody {
  private static final int SIZE = 0;
  private static final int EXTENSION = 1;
  private static final int SIZE_LF = 2;
  private static final int DATA = 3;
  private static final int DATA_CR = 4;
  private static final int DATA_LF = 5;
  private static final int LINE = 6;
  private static final int NAME = 7;
  private static final int VALUE = 8;
  private static final int VALUE_LF = 9;
  private static final int END_LF = 10;
  private static final int DONE = 11;
  private static final int BAD = 12;

  private static final int SIZE_DIGITS_MAX = 15;
  private static final int SIZE_LINE_BYTES_MAX = 4 * 1024;
  private static final int EXTENSION_BYTES_MAX = 16 * 1024;
  private static final int TRAILER_BYTES_MAX = 8 * 1024;
  private static final int TRAILER_FIELDS_MAX = 64;

  private int state;
  private long left;
  private int digits;

  /** Bytes of the current size line, or of the trailer section. */
  private int bytes;

  /** Bytes of all chunks' extensions. */
  private int extensionBytes;

  private int fields;
  private final TrailerName trailerName = new TrailerName();
  private int dataFrom;
  private int dataTo;

  public ChunkedBody() {}

  /** Begins with another body. */
  public void reset() {
    state = SIZE;
    left = 0;
    beginSize();
    extensionBytes = 0;
    fields = 0;
    dataFrom = 0;
    dataTo = 0;
  }

  /** Whether the body and its trailers are complete. */
  public boolean done() {
    return state == DONE;
  }

  /** Whether the framing is malformed or beyond the bounds; nothing more is consumed. */
  public boolean bad() {
    return state == BAD;
  }

  /** How many bytes of the current chunk's data are still to come; 0 while in the framing. */
  public long dataLeft() {
    return state == DATA ? left : 0;
  }

  /** Tells that {@code n} bytes of data, at most {@link #dataLeft}, went by without being shown. */
  public void dataConsumed(long n) {
    if (n < 0 || n > dataLeft()) {
      throw new IllegalArgumentException(n + " bytes of data, but left are " + dataLeft());
    }
    left -= n;
    if (state == DATA && left == 0) {
      state = DATA_CR;
    }
  }

  /**
   * Consumes framing and data.
   *
   * @return the index after the last byte consumed: {@code to}, unless done or bad
   */
  public int scan(byte[] in, int from, int to) {
    int i = from;
    while (i < to && state < DONE) {
      i = next(in, i, to);
    }
    return i;
  }

  /**
   * Consumes framing, and after it one run of data, whose place {@link #dataFrom} and {@link
   * #dataTo} then tell.
   *
   * @return the index after the last byte consumed: call again while it is below {@code to} and the
   *     body is neither done nor bad
   */
  public int next(byte[] in, int from, int to) {
    int i = from;
    while (i < to && state != DATA && state < DONE) {
      i = framing(in, i, to);
    }
    dataFrom = i;
    if (state == DATA) {
      int n = (int) Math.min(left, to - i);
      dataConsumed(n);
      i += n;
    }
    dataTo = i;
    return i;
  }

  /** Where the data begins that the last {@link #next} consumed. */
  public int dataFrom() {
    return dataFrom;
  }

  /** Where that data ends. */
  public int dataTo() {
    return dataTo;
  }

  /** Consumes framing from {@code i < to}; stays on the byte that is bad. */
  private int framing(byte[] in, int i, int to) {
    return switch (state) {
      case SIZE -> size(in, i);
      case EXTENSION -> extension(in, i, to);
      case SIZE_LF -> one(in[i] == '\n', i, left > 0 ? DATA : LINE);
      case DATA_CR -> one(in[i] == '\r', i, DATA_LF);
      case DATA_LF -> {
        beginSize();
        yield one(in[i] == '\n', i, SIZE);
      }
      case LINE -> line(in, i);
      case NAME -> name(in, i, to);
      case VALUE -> value(in, i, to);
      case VALUE_LF -> trailer(1) ? one(in[i] == '\n', i, LINE) : bad(i);
      default -> one(in[i] == '\n', i, DONE);
    };
  }

  private void beginSize() {
    digits = 0;
    bytes = 0;
  }

  private int one(boolean good, int i, int next) {
    if (!good) {
      return bad(i);
    }
    if (next == LINE && state == SIZE_LF) {
      bytes = 0;
    }
    state = next;
    return i + 1;
  }

  private int bad(int i) {
    state = BAD;
    return i;
  }

  private int size(byte[] in, int i) {
    byte b = in[i];
    if (Scan.isHex(b)) {
      if (++digits > SIZE_DIGITS_MAX) {
        return bad(i);
      }
      left = left << 4 | ((b & 0xf) + 9 * (b >> 6));
      return i + 1;
    }
    if (digits == 0) {
      return bad(i);
    }
    bytes = digits;
    return b == ';' ? one(true, i, EXTENSION) : one(b == '\r', i, SIZE_LF);
  }

  private int extension(byte[] in, int i, int to) {
    int end = Scan.control(in, i, to);
    bytes += end - i;
    extensionBytes += end - i;
    if (bytes > SIZE_LINE_BYTES_MAX || extensionBytes > EXTENSION_BYTES_MAX) {
      return bad(end);
    }
    return end == to ? end : one(in[end] == '\r', end, SIZE_LF);
  }

  private int line(byte[] in, int i) {
    if (in[i] == '\r') {
      return one(true, i, END_LF);
    }
    // A name must have a byte at least: this one.
    if (++fields > TRAILER_FIELDS_MAX || !Scan.isToken(in, i, i + 1) || !trailer(1)) {
      return bad(i);
    }
    trailerName.reset();
    trailerName.add(in, i, i + 1);
    return one(true, i, NAME);
  }

  private int name(byte[] in, int i, int to) {
    int end = Scan.tokenEnd(in, i, to);
    if (!trailer(end - i)) {
      return bad(end);
    }
    trailerName.add(in, i, end);
    if (end == to) {
      return end;
    }
    return trailer(1) && !trailerName.barred() ? one(in[end] == ':', end, VALUE) : bad(end);
  }

  private int value(byte[] in, int i, int to) {
    int end = Scan.control(in, i, to);
    if (!trailer(end - i)) {
      return bad(end);
    }
    if (end == to) {
      return end;
    }
    return trailer(1) ? one(in[end] == '\r', end, VALUE_LF) : bad(end);
  }

  /** Counts bytes of the trailer section; false when there are too many. */
  private boolean trailer(int n) {
    bytes += n;
    return bytes <= TRAILER_BYTES_MAX;
  }
}
