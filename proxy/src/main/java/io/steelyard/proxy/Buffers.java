package io.steelyard.proxy;

import io.steelyard.net.Buffer;

/** Small work on buffers. */
final class Buffers {
  private Buffers() {}

  /**
   * Appends the second to the first and releases it; together they fit: a head's limit is less than
   * a buffer.
   */
  static Buffer join(Buffer first, Buffer second) {
    int size = first.size();
    if (first.to() + second.size() > Buffer.CAPACITY) {
      first.copyFrom(first, first.from(), 0, size);
      first.range(0, size);
    }
    first.copyFrom(second, second.from(), first.to(), second.size());
    first.range(first.from(), first.to() + second.size());
    second.release();
    return first;
  }

  /**
   * Puts bytes of an array before the buffer's own, without moving these; false when there is no
   * room for that.
   */
  static boolean prepend(Buffer b, byte[] bytes, int length) {
    if (b.from() < length) {
      return false;
    }
    b.copyFrom(bytes, 0, b.from() - length, length);
    b.range(b.from() - length, b.to());
    return true;
  }

  /** Releases a buffer that may not be there. */
  static void release(Buffer b) {
    if (b != null) {
      b.release();
    }
  }

  /** Makes the buffer hold these bytes and nothing else. */
  static Buffer fill(Buffer b, byte[] bytes, int length) {
    b.copyFrom(bytes, 0, 0, length);
    return b.range(0, length);
  }
}
