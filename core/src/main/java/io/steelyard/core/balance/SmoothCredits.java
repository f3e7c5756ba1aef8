package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Smooth weighted turns (known from nginx): each turn credits everyone with its share of one
 * request and charges the chosen one, which has the most credit, with the whole of it. Over a cycle
 * each gets exactly its share, spread out evenly.
 *
 * <p>Credits count requests, not shares: a turn costs the same however many take part in it, so
 * nothing drifts when servers go and come (in units of weight, a turn among few would be cheaper
 * than one among many). One that comes back goes on with the credit it had, about a request at
 * most. The credits of all always sum to zero.
 */
final class SmoothCredits {
  private static final int STAGGER_MAX = 64;

  /** One request, in units of credit; leaves room for shares of 2^24 each. */
  private static final long REQUEST = 1L << 50;

  private final long[] credits;
  private final int[] shares;
  private boolean started;

  /** For {@code size} servers, who all have no share yet. */
  SmoothCredits(int size) {
    this.credits = new long[size];
    this.shares = new int[size];
  }

  /** What server {@code i} has of the next turn; 0: it does not take part. */
  void share(int i, int share) {
    shares[i] = share;
  }

  /** Whose turn it is, or {@link Balancer#NONE} when nobody has a share. */
  int next(RandomGenerator random) {
    if (!started) {
      // Enters the cycle at a random place: otherwise each loop's first requests go to the same.
      started = true;
      for (int skip = random.nextInt(STAGGER_MAX); skip > 0; skip--) {
        turn();
      }
    }
    return turn();
  }

  private int turn() {
    long sum = 0;
    for (int share : shares) {
      sum += share;
    }
    return sum == 0 ? Balancer.NONE : creditAndCharge(REQUEST / sum, sum);
  }

  private int creditAndCharge(long unit, long sum) {
    int best = Balancer.NONE;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        credits[i] += shares[i] * unit;
        if (best == Balancer.NONE || credits[i] > credits[best]) {
          best = i;
        }
      }
    }
    credits[best] -= sum * unit;
    return best;
  }
}
