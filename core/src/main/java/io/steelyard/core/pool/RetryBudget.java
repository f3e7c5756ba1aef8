package io.steelyard.core.pool;

import io.steelyard.core.server.PoolState;
import io.steelyard.core.snapshot.PoolLimits;

/** Keeps retries from multiplying an outage: they may be a share of what is in flight. */
public final class RetryBudget {
  private RetryBudget() {}

  /**
   * Whether one more retry may be under way. Loops that ask at the same moment may exceed it by one
   * each. A retry counts from {@code pool.retrying(loop, 1)} to {@code pool.retrying(loop, -1)}.
   */
  public static boolean allows(PoolState pool, PoolLimits limits) {
    int active = pool.inFlight() + pool.waiting();
    double allowed = Math.max(limits.retriesMin(), limits.retryBudget() * active);
    return pool.retrying() + 1 <= allowed;
  }

  /**
   * Whether it pays to wait for the budget: when no retry is under way, none will give any back.
   */
  public static boolean mayComeFree(PoolState pool) {
    return pool.retrying() > 0;
  }
}
