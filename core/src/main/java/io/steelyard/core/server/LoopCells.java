package io.steelyard.core.server;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One number for each event loop, each on cache lines of its own: a loop writes only its own, all
 * may read. Neither locks nor read-modify-write.
 */
public final class LoopCells {
  private static final int STRIDE = 16;

  private final int loops;
  private final AtomicLongArray cells;

  /** All zero. */
  public LoopCells(int loops) {
    this.loops = loops;
    this.cells = new AtomicLongArray(loops * STRIDE);
  }

  /** Called by loop {@code loop} only. */
  public void add(int loop, long n) {
    int cell = loop * STRIDE;
    cells.setOpaque(cell, cells.getPlain(cell) + n);
  }

  /** Called by loop {@code loop} only. */
  public void set(int loop, long value) {
    cells.setOpaque(loop * STRIDE, value);
  }

  /** What loop {@code loop} has written last. */
  public long of(int loop) {
    return cells.getOpaque(loop * STRIDE);
  }

  /** Over all loops: exact when nothing moves, a moment's sum otherwise. */
  public long sum() {
    long sum = 0;
    for (int i = 0; i < loops; i++) {
      sum += cells.getOpaque(i * STRIDE);
    }
    return sum;
  }

  public int loops() {
    return loops;
  }
}
