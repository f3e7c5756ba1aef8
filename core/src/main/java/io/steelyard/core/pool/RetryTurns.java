package io.steelyard.core.pool;

/**
 * Whether requests that found the {@link RetryBudget} used up may wait for their turn. When a
 * server crashes that loses none of them: their retries succeed elsewhere. When everything fails,
 * turns would only put the same tries off, and multiply an outage in the end: then they are denied
 * at once, until a retry within the budget succeeds. A retry that fails and is retried once more
 * says nothing yet: two servers may crash one after the other. One for each pool and loop; that
 * loop's thread only.
 */
public final class RetryTurns {
  /** So many retried requests more have to fail, in the end, than to be answered. */
  static final int FAILURES_MAX = 16;

  private int left = FAILURES_MAX;

  public RetryTurns() {}

  public boolean allowed() {
    return left > 0;
  }

  /** A retry was answered. */
  public void answered() {
    left = Math.min(left + 1, FAILURES_MAX);
  }

  /** A request that was retried has failed for good. */
  public void failed() {
    left = Math.max(left - 1, 0);
  }
}
