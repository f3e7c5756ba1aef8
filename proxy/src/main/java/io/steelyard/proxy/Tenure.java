package io.steelyard.proxy;

/**
 * Since when something that is counted by its name has been in no snapshot: its counters outlive a
 * reload that takes it away and brings it back, but not for ever. Loop thread only.
 */
final class Tenure {
  private static final long SERVING = Long.MIN_VALUE;

  private long goneNs = SERVING;

  /** It is in the snapshot, or is not. Being gone counts from the first time. */
  void follow(boolean present, long nowNs) {
    if (present) {
      goneNs = SERVING;
    } else if (goneNs == SERVING) {
      goneNs = nowNs;
    }
  }

  boolean over(long nowNs, long keptNs) {
    return goneNs != SERVING && nowNs - goneNs >= keptNs;
  }
}
