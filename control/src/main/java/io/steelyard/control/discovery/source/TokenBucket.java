package io.steelyard.control.discovery.source;

/**
 * Lets a few things happen at once and then one in each period (a token bucket). Time is a
 * parameter.
 */
final class TokenBucket {
  private final int capacity;
  private final long periodNs;
  private double tokens;
  private long atNs;

  /** Full at {@code nowNs}. */
  TokenBucket(int capacity, long periodNs, long nowNs) {
    this.capacity = capacity;
    this.periodNs = periodNs;
    this.tokens = capacity;
    this.atNs = nowNs;
  }

  /** Takes a token; how long to wait before what it is for. */
  long takeNs(long nowNs) {
    tokens = Math.min(capacity, tokens + (nowNs - atNs) / (double) periodNs) - 1;
    atNs = nowNs;
    return tokens >= 0 ? 0 : (long) (-tokens * periodNs);
  }
}
