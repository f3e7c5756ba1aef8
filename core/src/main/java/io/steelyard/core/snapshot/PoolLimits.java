package io.steelyard.core.snapshot;

/**
 * What a pool may use at most.
 *
 * @param idleConnections kept open to each server, over all loops
 * @param retries of one request on another server, after its first try
 * @param retryBudget share of the requests in flight, 0 to 1, that may be retries
 * @param retriesMin retries at a time that are allowed however few requests are in flight
 * @param retriesUnsafe whether requests that are not idempotent are sent again, too, when nothing
 *     was answered; they may then be done twice
 * @param concurrency requests in flight at a time to all servers together; 0 is no limit
 * @param adaptive whether a limit is found from latencies, {@code concurrency} being its maximum
 * @param queue requests at a time that wait for room at a server, over all loops; 0: none waits
 */
public record PoolLimits(
    int idleConnections,
    int retries,
    double retryBudget,
    int retriesMin,
    boolean retriesUnsafe,
    int concurrency,
    boolean adaptive,
    int queue) {
  public static final PoolLimits DEFAULT = new PoolLimits(256, 2, 0.2, 3, false, 0, false, 256);

  /** These, with other {@code idleConnections} and {@code retries}. */
  public PoolLimits with(int idle, int tries) {
    return new PoolLimits(
        idle, tries, retryBudget, retriesMin, retriesUnsafe, concurrency, adaptive, queue);
  }
}
