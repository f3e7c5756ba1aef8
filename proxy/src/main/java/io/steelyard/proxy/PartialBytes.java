package io.steelyard.proxy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory for unfinished heads of one loop: arrays of a few sizes, used again, and bounded together,
 * whatever clients do.
 */
final class PartialBytes {
  private static final int SMALLEST = 256;
  private static final int SIZES = 4;
  private static final int KEPT_PER_SIZE = 64;

  private final long bytesMax;
  private final List<ArrayDeque<byte[]>> kept = new ArrayList<>();
  private long taken;
  private long refused;

  PartialBytes(long bytesMax) {
    this.bytesMax = bytesMax;
    for (int i = 0; i < SIZES; i++) {
      kept.add(new ArrayDeque<>());
    }
  }

  /** 256 bytes, 1, 4 or 16 KiB. */
  private static int length(int size) {
    return SMALLEST << (2 * size);
  }

  private static int sizeFor(int bytes) {
    int size = 0;
    while (length(size) < bytes) {
      size++;
    }
    return size;
  }

  /** An array of at least so many bytes; null when all together would be too many. */
  byte[] take(int bytes) {
    int size = sizeFor(bytes);
    // The larger ones get half of it, lest few clients leave nothing to the many.
    if (size >= SIZES || taken + length(size) > (size < SIZES / 2 ? bytesMax : bytesMax / 2)) {
      refused++;
      return null;
    }
    taken += length(size);
    byte[] b = kept.get(size).pollLast();
    return b != null ? b : new byte[length(size)];
  }

  void give(byte[] b) {
    taken -= b.length;
    ArrayDeque<byte[]> free = kept.get(sizeFor(b.length));
    if (free.size() < KEPT_PER_SIZE) {
      free.addLast(b);
    }
  }

  /** How often there was too little left. */
  long refused() {
    return refused;
  }

  /** How many bytes are in use. */
  long taken() {
    return taken;
  }
}
