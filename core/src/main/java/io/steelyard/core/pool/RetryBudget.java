package io.steelyard.core.pool;

import io.steelyard.core.server.PoolState;
import io.steelyard.core.snapshot.PoolLimits;

/** Keeps retries from multiplying an outage: they may be a share of what is in flight. */
public final class RetryBudget {
  private RetryBudget() {}

  /** Whether one more retry may be under way. */
  public static boolean allows(PoolState pool, PoolLimits limits) {
    double allowed = Math.max(limits.retriesMin(), limits.retryBudget() * pool.inFlight());
    return pool.retrying() < allowed;
  }
}
