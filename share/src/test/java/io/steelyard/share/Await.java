package io.steelyard.share;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions. */
final class Await {
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private Await() {}

  /** Returns when it holds; fails when it does not within that time. */
  static void until(Duration within, String what, BooleanSupplier holds) {
    long endNs = System.nanoTime() + within.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - endNs > 0) {
        throw new AssertionError("not within " + within + ": " + what);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }
}
