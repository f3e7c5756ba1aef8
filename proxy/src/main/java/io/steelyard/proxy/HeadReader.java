package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.RequestHead;

/** Puts the heads of a client's requests together from what comes in. Loop thread only. */
final class HeadReader {
  /** The head is whole: what is left of the buffer came behind it. */
  static final int WHOLE = 1;

  /** More has to come; the buffer was released. */
  static final int MORE = 0;

  /** There is no memory for more unfinished heads. */
  static final int NO_MEMORY = -503;

  /** What is shown to the parser at first: most heads are shorter. */
  private static final int FIRST_LOOK_BYTES = 2048;

  private final ProxyLoop ctx;

  /** What has come of a head that is not whole; null before the first such. */
  private PartialHead partial;

  HeadReader(ProxyLoop ctx) {
    this.ctx = ctx;
  }

  /**
   * Reads on.
   *
   * @return {@link #WHOLE}: {@code head} is valid as long as {@link ProxyLoop#in} is not written
   *     to; {@link #MORE}; or the negative status to refuse with, the buffer being released
   */
  int read(Buffer b, RequestHead head) {
    byte[] in = ctx.in();
    int have = partial == null ? 0 : partial.size();
    if (have > 0) {
      if (have + b.size() < head.bytesMax() && !PartialHead.endsLine(b)) {
        return keep(b);
      }
      partial.copyTo(in);
    }
    int all = Math.min(b.size(), in.length - have);
    int shown = have == 0 ? Math.min(all, FIRST_LOOK_BYTES) : all;
    b.copyTo(b.from(), in, have, shown);
    int length = head.parse(in, 0, have + shown);
    if (length == 0 && shown < all) {
      b.copyTo(b.from() + shown, in, have + shown, all - shown);
      length = head.parse(in, 0, have + all);
    }
    if (length == 0) {
      return keep(b);
    }
    if (length < 0) {
      b.release();
      return length;
    }
    b.skip(length - have);
    drop();
    return WHOLE;
  }

  private int keep(Buffer b) {
    if (partial == null) {
      partial = new PartialHead(ctx.partialBytes());
    }
    return partial.add(b) ? MORE : NO_MEMORY;
  }

  /** Whether a head has begun and is not whole. */
  boolean begun() {
    return partial != null && partial.begun();
  }

  /** Forgets what has come. */
  void drop() {
    if (partial != null) {
      partial.drop();
    }
  }
}
