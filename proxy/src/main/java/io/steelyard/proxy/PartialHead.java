package io.steelyard.proxy;

import io.steelyard.net.Buffer;

/**
 * What has come of a head that is not whole: a copy that takes little more room than its bytes, so
 * that clients who send slowly hold no buffers. Loop thread only.
 */
final class PartialHead {
  private final PartialBytes memory;
  private byte[] bytes;
  private int size;

  PartialHead(PartialBytes memory) {
    this.memory = memory;
  }

  int size() {
    return size;
  }

  void copyTo(byte[] into) {
    System.arraycopy(bytes, 0, into, 0, size);
  }

  /**
   * Adds the buffer's bytes and releases it; empty lines before the head are dropped (RFC 9112
   * 2.2).
   *
   * @return false when there is no memory for it: then nothing is kept
   */
  boolean add(Buffer b) {
    int n = b.size();
    if (!reserve(size + n)) {
      b.release();
      drop();
      return false;
    }
    b.copyTo(b.from(), bytes, size, n);
    size += n;
    b.release();
    dropEmptyLines();
    return true;
  }

  private boolean reserve(int wanted) {
    if (bytes != null && wanted <= bytes.length) {
      return true;
    }
    byte[] larger = memory.take(wanted);
    if (larger == null) {
      return false;
    }
    if (bytes != null) {
      System.arraycopy(bytes, 0, larger, 0, size);
      memory.give(bytes);
    }
    bytes = larger;
    return true;
  }

  private void dropEmptyLines() {
    int at = 0;
    while (at + 1 < size && bytes[at] == '\r' && bytes[at + 1] == '\n') {
      at += 2;
    }
    if (at == size) {
      drop();
    } else if (at > 0) {
      size -= at;
      System.arraycopy(bytes, at, bytes, 0, size);
    }
  }

  /** Whether it is more than the first half of an empty line. */
  boolean begun() {
    return size > 1 || (size == 1 && bytes[0] != '\r');
  }

  void drop() {
    if (bytes != null) {
      memory.give(bytes);
      bytes = null;
      size = 0;
    }
  }

  /** Whether a line ends in the buffer: without that no head becomes whole. */
  static boolean endsLine(Buffer b) {
    for (int i = b.from(); i < b.to(); i++) {
      if (b.at(i) == '\n') {
        return true;
      }
    }
    return false;
  }
}
