package io.steelyard.core.health;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a server is checked again. Intervals run from the moment at which one check was due to the
 * moment at which the next one is: neither slow checks nor a machine that starts them late delay a
 * verdict. Jitter only shortens them, and always a little: what a check takes beside its time-out
 * fits in. A server that answers nothing any more is down within {@code fall x interval + timeout},
 * provided that {@code timeout} is no longer than {@code interval}.
 *
 * @param interval while the verdict is settled
 * @param fastInterval while it is changing; no longer than {@code interval}
 */
public record ProbeSchedule(Duration interval, Duration fastInterval) {
  private static final double SHORTER_MIN = 0.05;
  private static final double SHORTER_MAX = 0.2;
  private static final long PAUSE_MIN_NS = 1_000_000;
  private static final long FIRST_SPREAD_PER_TARGET_NS = 200_000;

  public ProbeSchedule {
    if (fastInterval.compareTo(interval) > 0 || !fastInterval.isPositive()) {
      throw new IllegalArgumentException("fast " + fastInterval + " of " + interval);
    }
  }

  /**
   * Before the very first check of one of {@code targets} that begin to be checked together: next
   * to none, but thousands do not start at the same moment. Less than half an interval.
   */
  public long firstDelayNs(int targets, RandomGenerator random) {
    long spreadNs = Math.min(interval.toNanos() / 2, targets * FIRST_SPREAD_PER_TARGET_NS);
    return (long) (spreadNs * random.nextDouble());
  }

  /**
   * When the second check is due: spread over a whole interval, so that servers that were first
   * checked together are not checked together for ever.
   *
   * @param dueNs when the first one was
   * @param nowNs when it has ended
   */
  public long secondNs(Health health, long dueNs, long nowNs, RandomGenerator random) {
    return after(dueNs, base(health) * (1 - random.nextDouble()), nowNs);
  }

  /**
   * When the next check is due; later than now.
   *
   * @param health with the last check's result counted
   * @param dueNs when that one was due, however late it began
   * @param nowNs when it has ended
   */
  public long nextNs(Health health, long dueNs, long nowNs, RandomGenerator random) {
    return after(dueNs, base(health) * (1 - random.nextDouble(SHORTER_MIN, SHORTER_MAX)), nowNs);
  }

  private long base(Health health) {
    return (health.settled() ? interval : fastInterval).toNanos();
  }

  private static long after(long dueNs, double waitNs, long nowNs) {
    return Math.max(nowNs + PAUSE_MIN_NS, dueNs + (long) waitNs);
  }
}
