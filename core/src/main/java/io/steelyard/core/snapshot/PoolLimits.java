package io.steelyard.core.snapshot;

/**
 * What a pool may use at most.
 *
 * @param idleConnections kept open to each server, over all loops
 * @param retries of one request on another server, after its first try
 */
public record PoolLimits(int idleConnections, int retries) {
  public static final PoolLimits DEFAULT = new PoolLimits(256, 2);
}
