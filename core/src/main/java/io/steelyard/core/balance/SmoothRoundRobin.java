package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Smooth weighted round robin (known from nginx): each pick credits every usable server with its
 * share of one request and charges the chosen one, which has the most credit, with the whole of it.
 * Over a cycle each server gets exactly its share, spread out evenly.
 *
 * <p>Only servers that are usable at that moment take part, so the shares of the others stay exact
 * while some are down (1:2:3 without the first is 2:3). Credits count requests, not weights: a pick
 * costs the same however many are usable, so nothing drifts when servers go and come (in units of
 * weight, a pick among few would be cheaper than one among many). A server that comes back goes on
 * with the credit it had, about a request at most. The credits of all always sum to zero.
 *
 * <p>A pick looks at every server; equal weights go to {@link RoundRobin}.
 */
final class SmoothRoundRobin implements Balancer {
  private static final int STAGGER_MAX = 64;

  /** One request, in units of credit; leaves room for a sum of weights up to a million and more. */
  private static final long REQUEST = 1L << 40;

  private final long[] credits;
  private boolean started;

  /** For {@code size} servers. */
  SmoothRoundRobin(int size) {
    this.credits = new long[size];
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    if (!started) {
      stagger(candidates, random);
    }
    return next(candidates);
  }

  /**
   * Enters the cycle at a random place: otherwise each loop's first requests go to the same server.
   */
  private void stagger(Candidates candidates, RandomGenerator random) {
    started = true;
    for (int skip = random.nextInt(STAGGER_MAX); skip > 0; skip--) {
      next(candidates);
    }
  }

  private int next(Candidates candidates) {
    long weights = sum(candidates);
    return weights == 0 ? NONE : creditAndCharge(candidates, REQUEST / weights);
  }

  private long sum(Candidates candidates) {
    long sum = 0;
    for (int i = 0; i < credits.length; i++) {
      sum += share(candidates, i);
    }
    return sum;
  }

  private int creditAndCharge(Candidates candidates, long unit) {
    int best = NONE;
    long credited = 0;
    for (int i = 0; i < credits.length; i++) {
      int share = share(candidates, i);
      if (share > 0) {
        credits[i] += share * unit;
        credited += share * unit;
        if (best == NONE || credits[i] > credits[best]) {
          best = i;
        }
      }
    }
    if (best != NONE) {
      credits[best] -= credited;
    }
    return best;
  }

  private static int share(Candidates candidates, int i) {
    return candidates.usable(i) ? candidates.weight(i) : 0;
  }
}
