package io.steelyard.app.ha;

import java.util.List;

/**
 * Of one round.
 *
 * @param noticed by clients
 * @param course who owned the address, from the beginning of what happened
 * @param singleNs until there was one owner for good, from what happened, or from its being mended;
 *     negative if there was none in the end
 * @param said by the balancers
 */
record Result(Noticed noticed, Owners.Course course, long singleNs, String said) {
  private static final double NS_PER_MS = 1e6;

  /**
   * Medians of several rounds.
   *
   * @param takings of the address by a node, in the round with the most of them
   * @param singleMs negative if in a round there was not one owner in the end
   * @param most the most owners at a time in any round
   */
  record Summary(
      int rounds,
      double gapMs,
      double slowestMs,
      double failed,
      double broken,
      double moved,
      double takings,
      int most,
      double singleMs) {}

  static Summary summary(List<Result> results) {
    boolean always = results.stream().allMatch(r -> r.singleNs >= 0);
    return new Summary(
        results.size(),
        Noticed.median(results, r -> r.noticed.gapMs()),
        Noticed.median(results, r -> r.noticed.slowestMs()),
        Noticed.median(results, r -> r.noticed.failed()),
        Noticed.median(results, r -> r.noticed.broken()),
        Noticed.median(results, r -> r.noticed.moved()),
        results.stream().mapToInt(r -> r.course.takings()).max().orElse(0),
        results.stream().mapToInt(r -> r.course.most()).max().orElse(0),
        always ? Noticed.median(results, r -> r.singleNs / NS_PER_MS) : -1);
  }
}
