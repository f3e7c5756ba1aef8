package io.steelyard.core.pool;

import java.time.Duration;
import java.util.Arrays;

/** What a server's traffic came to within the last so many slots of time. */
final class TrafficWindow {
  private static final int SLOTS_MAX = 10;

  /** Totals at the ends of the last slots; the oldest at {@code next}. */
  private final Totals[] ends;

  private int next;

  /** From {@code totals} on. */
  TrafficWindow(Duration window, Totals totals) {
    long slots = window.toNanos() / slotNs(window);
    this.ends = new Totals[Math.clamp(slots, 1, SLOTS_MAX)];
    restart(totals);
  }

  /** How long a slot is, for {@code window} as a whole. */
  static long slotNs(Duration window) {
    return Math.max(PoolMonitor.TICK_NS, window.toNanos() / SLOTS_MAX);
  }

  /** What was before does not count any more. */
  void restart(Totals totals) {
    Arrays.fill(ends, totals);
  }

  /** A slot ends, with {@code totals}; what has come within the window that ends with it. */
  Totals turn(Totals totals) {
    Totals within = totals.minus(ends[next]);
    ends[next] = totals;
    next = (next + 1) % ends.length;
    return within;
  }
}
