package io.steelyard.sim.engine;

/**
 * Counts numbers in buckets that are a fixed part of their size wide (log-linear, as in
 * HdrHistogram): a percentile is off by at most 1/64 of its value; mean, count and maximum are
 * exact. Takes 0 to 2^63-1.
 */
public final class Histogram {
  private static final int SUB_BITS = 6;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] counts = new long[SUB * (Long.SIZE - SUB_BITS)];
  private long count;
  private long max;
  private double sum;

  /** Empty. */
  public Histogram() {}

  public void add(long value) {
    counts[bucket(value)]++;
    count++;
    sum += value;
    max = Math.max(max, value);
  }

  public long count() {
    return count;
  }

  public long max() {
    return max;
  }

  /** 0 when empty. */
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /** What {@code share} (0 to 1) of the numbers do not exceed; 0 when empty. */
  public long percentile(double share) {
    long wanted = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return Math.min(max, highest(i));
      }
    }
    return max;
  }

  private static int bucket(long value) {
    if (value < SUB) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value);
    return (shift << SUB_BITS) + (int) (value >>> shift);
  }

  private static long highest(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int shift = (bucket >> SUB_BITS) - 1;
    long lowest = (long) (bucket - (shift << SUB_BITS)) << shift;
    return lowest + (1L << shift) - 1;
  }
}
