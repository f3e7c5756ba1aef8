package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.ChunkedBody;

/**
 * Follows chunked framing through buffers: only the framing is looked at, data is skipped where it
 * lies.
 */
final class Chunks {
  private static final int LOOK_BYTES = 256;

  private Chunks() {}

  /**
   * Where the body ends in the buffer: {@code b.to()} unless it is complete before; -1 when it is
   * malformed.
   */
  static int scan(ChunkedBody chunks, Buffer b, byte[] scratch) {
    int at = b.from();
    while (at < b.to() && !chunks.done()) {
      if (chunks.dataLeft() > 0) {
        int n = (int) Math.min(chunks.dataLeft(), b.to() - at);
        chunks.dataConsumed(n);
        at += n;
      } else {
        int n = Math.min(LOOK_BYTES, b.to() - at);
        b.copyTo(at, scratch, 0, n);
        at += chunks.scan(scratch, 0, n);
        if (chunks.bad()) {
          return -1;
        }
      }
    }
    return at;
  }

  /**
   * What {@link #strip} has left.
   *
   * @param bytes of data; -1 when the framing is malformed
   * @param more whether bytes came behind the body
   */
  record Stripped(int bytes, boolean more) {}

  /** Moves the data to the front of the buffer: for clients that do not know chunks. */
  static Stripped strip(ChunkedBody chunks, Buffer b, byte[] scratch) {
    int size = b.size();
    b.copyTo(b.from(), scratch, 0, size);
    int at = 0;
    int kept = 0;
    while (at < size && !chunks.done()) {
      at = chunks.next(scratch, at, size);
      if (chunks.bad()) {
        return new Stripped(-1, true);
      }
      int n = chunks.dataTo() - chunks.dataFrom();
      if (n > 0) {
        b.copyFrom(scratch, chunks.dataFrom(), b.from() + kept, n);
        kept += n;
      }
    }
    return new Stripped(kept, at < size);
  }
}
