package io.steelyard.store.consul;

import java.time.Duration;

/**
 * A token bucket: some calls at once, then one each while (Consul documentation, "Blocking
 * Queries": a loop of them has to limit its rate). One thread at a time.
 */
final class Pace {
  private final long everyNs;
  private final long burstNs;

  /** When the bucket is full again. */
  private long fullNs;

  /** A full bucket of {@code burst} calls, with a further one {@code every} so often. */
  Pace(int burst, Duration every, long nowNs) {
    this.everyNs = every.toNanos();
    this.burstNs = burst * everyNs;
    this.fullNs = nowNs;
  }

  /** Counts a call; for how long it has to wait until it is made, 0 for not at all. */
  long waitNs(long nowNs) {
    if (fullNs - nowNs < 0) {
      fullNs = nowNs;
    }
    fullNs += everyNs;
    return Math.max(0, fullNs - nowNs - burstNs);
  }
}
