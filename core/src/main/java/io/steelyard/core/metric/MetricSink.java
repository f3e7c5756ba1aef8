package io.steelyard.core.metric;

/**
 * Takes samples while somebody collects. Labels come as name, value, name, value. Base units:
 * seconds, bytes.
 */
public interface MetricSink {
  /** A sum that only grows. {@code name} without {@code _total}. */
  void counter(String name, String help, double value, String... labels);

  /** There is such a counter, also while nothing has been counted. */
  default void declareCounter(String name, String help) {}

  void gauge(String name, String help, double value, String... labels);

  /**
   * A histogram.
   *
   * @param upperBounds ascending, without infinity
   * @param counts per bucket, not cumulative, one more than {@code upperBounds}: the last is the
   *     rest
   * @param sum of all observed values
   */
  void histogram(
      String name, String help, double[] upperBounds, long[] counts, double sum, String... labels);
}
