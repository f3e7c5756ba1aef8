package io.steelyard.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread or process brings about. */
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** At first, then less and less often: a look may cost those that it waits for something. */
  private static final long LOOK_FIRST_NS = 1_000_000;

  private static final long LOOK_LAST_NS = 16_000_000;

  private Eventually() {}

  /** Returns once {@code condition} holds without an exception; fails when it never does. */
  public static void holds(String what, Callable<Boolean> condition) {
    within(PATIENCE, what, condition);
  }

  /** Returns once {@code condition} holds; fails when it does not within that time. */
  public static void within(Duration patience, String what, Callable<Boolean> condition) {
    long startNs = System.nanoTime();
    long pauseNs = LOOK_FIRST_NS;
    Exception last;
    do {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(pauseNs);
      pauseNs = Math.min(2 * pauseNs, LOOK_LAST_NS);
    } while (System.nanoTime() - startNs < patience.toNanos());
    throw new AssertionError("not within " + patience + ": " + what, last);
  }
}
