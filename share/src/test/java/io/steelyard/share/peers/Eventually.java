package io.steelyard.share.peers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about. */
final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_EVERY_NS = 1_000_000;

  private Eventually() {}

  /** Returns once {@code condition} holds; fails when it does not come true. */
  static void holds(String what, BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNs > PATIENCE.toNanos()) {
        throw new AssertionError("never came true: " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY_NS);
    }
  }
}
