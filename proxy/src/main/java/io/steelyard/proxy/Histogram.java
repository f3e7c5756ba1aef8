package io.steelyard.proxy;

/** Durations by bucket. One writer; allocates nothing. */
final class Histogram {
  private static final long US = 1_000;
  private static final long MS = 1_000_000;

  /** Upper bounds in nanoseconds: close enough to tell what takes twice as long. */
  private static final long[] BOUNDS_NS = {
    250 * US,
    500 * US,
    750 * US,
    MS,
    1500 * US,
    2500 * US,
    3500 * US,
    5 * MS,
    7500 * US,
    10 * MS,
    15 * MS,
    25 * MS,
    35 * MS,
    50 * MS,
    75 * MS,
    100 * MS,
    150 * MS,
    250 * MS,
    350 * MS,
    500 * MS,
    750 * MS,
    1000 * MS,
    1500 * MS,
    2500 * MS,
    3500 * MS,
    5000 * MS,
    7500 * MS,
    10_000 * MS,
    15_000 * MS,
    20_000 * MS,
    30_000 * MS
  };

  private final long[] counts = new long[BOUNDS_NS.length + 1];
  private long sumNs;

  void record(long ns) {
    int i = 0;
    while (i < BOUNDS_NS.length && ns > BOUNDS_NS[i]) {
      i++;
    }
    counts[i]++;
    sumNs += ns;
  }

  /** Adds what another holds. */
  void add(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    sumNs += other.sumNs;
  }

  long[] counts() {
    return counts.clone();
  }

  double sumSeconds() {
    return sumNs / 1e9;
  }

  static double[] boundsSeconds() {
    return java.util.Arrays.stream(BOUNDS_NS).mapToDouble(ns -> ns / 1e9).toArray();
  }
}
