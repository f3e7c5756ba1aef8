package io.steelyard.core.health;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a server is checked again. Delays run from the start of one check to the start of the next,
 * so that slow checks do not delay a verdict, and jitter only shortens them: a server that answers
 * nothing any more is down within {@code fall x interval + timeout}, provided that {@code timeout}
 * is no longer than {@code interval}.
 *
 * @param interval while the verdict is settled
 * @param fastInterval while it is changing; no longer than {@code interval}
 */
public record ProbeSchedule(Duration interval, Duration fastInterval) {
  private static final double JITTER = 0.2;
  private static final long DELAY_MIN_NS = 1_000_000;
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
   * From the end of the first check to the second: spread over a whole interval, so that servers
   * that were first checked together are not checked together for ever.
   */
  public long secondDelayNs(Health health, long tookNs, RandomGenerator random) {
    return pause((long) (base(health) * (1 - random.nextDouble())), tookNs);
  }

  /**
   * From the end of a check to the start of the next.
   *
   * @param health with that check's result counted
   * @param tookNs how long that check took
   */
  public long nextDelayNs(Health health, long tookNs, RandomGenerator random) {
    return pause((long) (base(health) * (1 - JITTER * random.nextDouble())), tookNs);
  }

  private long base(Health health) {
    return (health.settled() ? interval : fastInterval).toNanos();
  }

  private static long pause(long fromStartNs, long tookNs) {
    return Math.max(DELAY_MIN_NS, fromStartNs - tookNs);
  }
}
