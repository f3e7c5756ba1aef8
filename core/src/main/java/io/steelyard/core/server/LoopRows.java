package io.steelyard.core.server;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A row of at most 16 numbers for each event loop, on cache lines of its own: what belongs together
 * is read together. A loop writes only its own row, all may read. Neither locks nor
 * read-modify-write.
 */
final class LoopRows {
  private static final int STRIDE = 16;

  private final int loops;
  private final AtomicLongArray cells;

  /** All zero. */
  LoopRows(int loops) {
    this.loops = loops;
    this.cells = new AtomicLongArray(loops * STRIDE);
  }

  int loops() {
    return loops;
  }

  /** Called by loop {@code loop} only. */
  void add(int loop, int field, long n) {
    int cell = loop * STRIDE + field;
    cells.setOpaque(cell, cells.getPlain(cell) + n);
  }

  /** Called by loop {@code loop} only. */
  void set(int loop, int field, long value) {
    cells.setOpaque(loop * STRIDE + field, value);
  }

  /** Called by loop {@code loop} only. */
  void set(int loop, int field, double value) {
    set(loop, field, Double.doubleToRawLongBits(value));
  }

  long of(int loop, int field) {
    return cells.getOpaque(loop * STRIDE + field);
  }

  double real(int loop, int field) {
    return Double.longBitsToDouble(of(loop, field));
  }

  /** Over all loops: exact when nothing moves, a moment's sum otherwise. */
  long sum(int field) {
    long sum = 0;
    for (int i = 0; i < loops; i++) {
      sum += of(i, field);
    }
    return sum;
  }
}
