package io.steelyard.core.pool;

import io.steelyard.core.pool.Happening.Reason;
import io.steelyard.core.snapshot.PassiveHealth;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Judges servers by their traffic. */
final class Outliers {
  /** A server that is slower than the median by less harms nobody, whatever the factor. */
  private static final double SLOWER_MIN_NS = 1_000_000;

  private static final double LN_2 = StrictMath.log(2);
  private static final double NONE = -1;

  private Outliers() {}

  /** What speaks against a server. */
  record Verdict(Reason reason, String why) {}

  /** Looks at the row of failures that a server has had since this was asked last. */
  static Optional<Verdict> row(Watched server, PassiveHealth limits) {
    if (limits.consecutiveFailures() == 0) {
      return Optional.empty();
    }
    int row = server.state().traffic().takeLongestRow();
    return row < limits.consecutiveFailures()
        ? Optional.empty()
        : Optional.of(new Verdict(Reason.CONSECUTIVE_FAILURES, row + " failures in a row"));
  }

  /**
   * Looks at a server's last window.
   *
   * @param medianLog2 see {@link #medianLog2}
   */
  static Optional<Verdict> window(Watched server, PassiveHealth limits, double medianLog2) {
    Totals lately = server.lately();
    if (limits.failurePercentage() > 0
        && lately.tries() >= Math.max(1, limits.requestsMin())
        && 100 * lately.failed() >= limits.failurePercentage() * lately.tries()) {
      String why = lately.failedPercent() + "% of " + lately.tries() + " tries failed";
      return Optional.of(new Verdict(Reason.FAILURE_PERCENTAGE, why));
    }
    return medianLog2 != NONE && isSlow(lately, limits, medianLog2)
        ? Optional.of(new Verdict(Reason.LATENCY, slow(lately, medianLog2)))
        : Optional.empty();
  }

  /**
   * The median of what the servers that take new requests typically took, as a binary logarithm of
   * nanoseconds; the lower of the two in the middle. Negative when that says nothing.
   */
  static double medianLog2(Collection<Watched> servers, PassiveHealth limits) {
    if (limits.latencyFactor() <= 0) {
      return NONE;
    }
    double[] typical =
        servers.stream()
            .filter(Watched::takesNew)
            .map(Watched::lately)
            .filter(t -> isEnough(t, limits))
            .mapToDouble(Totals::typicalLog2)
            .toArray();
    Arrays.sort(typical);
    return typical.length < 2 ? NONE : typical[(typical.length - 1) / 2];
  }

  private static boolean isEnough(Totals lately, PassiveHealth limits) {
    return lately.answered() >= Math.max(1, limits.requestsMin());
  }

  private static boolean isSlow(Totals lately, PassiveHealth limits, double medianLog2) {
    return isEnough(lately, limits)
        && lately.typicalLog2() - medianLog2 >= StrictMath.log(limits.latencyFactor()) / LN_2
        && lately.typicalNs() - StrictMath.pow(2, medianLog2) >= SLOWER_MIN_NS;
  }

  private static String slow(Totals lately, double medianLog2) {
    double times = StrictMath.pow(2, lately.typicalLog2() - medianLog2);
    return String.format(Locale.ROOT, "%.1f times as slow as the median", times);
  }
}
