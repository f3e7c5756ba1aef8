package io.steelyard.core.session;

/**
 * Stamps that follow the wall clock, grow with every event, and are greater than every stamp heard
 * before: what a node does after it has heard of something counts as later on every node, also when
 * its own clock is slow (Kulkarni and others, Logical Physical Clocks, 2014). The upper 48 bits are
 * milliseconds since 1970, the lower 16 count. For one thread.
 */
public final class HybridClock {
  private static final int COUNT_BITS = 16;

  private long last;

  /** Has heard nothing yet. */
  public HybridClock() {}

  /** The stamp of what happens now. */
  public long next(long nowMs) {
    last = Math.max(last + 1, nowMs << COUNT_BITS);
    return last;
  }

  /** Another node has told this stamp. */
  public void heard(long stamp) {
    last = Math.max(last, stamp);
  }

  /** The wall clock's part of a stamp. */
  public static long millis(long stamp) {
    return stamp >> COUNT_BITS;
  }
}
