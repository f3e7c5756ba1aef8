package io.steelyard.core.pool;

import io.steelyard.core.server.ServerTraffic;

/**
 * What a server's traffic has come to, ever or between two moments.
 *
 * @param log2 sum of the binary logarithms of the times to the first byte, in nanoseconds
 */
record Totals(long good, long failed, long timedOut, long answered, double log2) {
  static final Totals ZERO = new Totals(0, 0, 0, 0, 0);

  static Totals of(ServerTraffic traffic) {
    return new Totals(
        traffic.good(),
        traffic.failed(),
        traffic.timedOut(),
        traffic.answered(),
        traffic.answeredLog2());
  }

  Totals minus(Totals before) {
    return new Totals(
        good - before.good,
        failed - before.failed,
        timedOut - before.timedOut,
        answered - before.answered,
        log2 - before.log2);
  }

  Totals plus(Totals other) {
    return new Totals(
        good + other.good,
        failed + other.failed,
        timedOut + other.timedOut,
        answered + other.answered,
        log2 + other.log2);
  }

  long tries() {
    return good + failed;
  }

  /** Whole percents of the tries that failed, rounded down; 0 without a try. */
  long failedPercent() {
    return tries() == 0 ? 0 : 100 * failed / tries();
  }

  /** The binary logarithm of the typical time to the first byte; only with answers. */
  double typicalLog2() {
    return log2 / answered;
  }

  /** The typical time to the first byte: the geometric mean; 0 without an answer. */
  double typicalNs() {
    return answered == 0 ? 0 : StrictMath.pow(2, typicalLog2());
  }
}
