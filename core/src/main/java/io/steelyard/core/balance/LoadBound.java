package io.steelyard.core.balance;

import java.util.Arrays;

/**
 * What bounds the loads of servers: with the next request none may have more than a multiple of its
 * share, by weight, of what is in flight to those that take part, rounded up.
 *
 * <p>That total is the pool's own when all of the pool takes part. Otherwise it is kept from what
 * this loop has changed and from looking at some servers at each pick: at all of them up to {@link
 * #LOOKS}, so it is exact then, and a little late for other loops' changes in larger pools.
 */
final class LoadBound {
  /** How many servers are looked at for a pick. */
  static final int LOOKS = 32;

  /** Keeps a product that should be a whole number from being rounded up. */
  private static final double ROUNDING = 1 - 1e-12;

  private final double multiple;
  private final boolean wholePool;
  private final int[] weights;
  private final int[] loads;
  private Roster roster;
  private long total;
  private int cursor;
  private double perWeight;

  /**
   * @param multiple 0: there is no bound
   * @param wholePool whether the candidates are all of the pool, so that its total is theirs
   */
  LoadBound(int size, double multiple, boolean wholePool) {
    this.multiple = multiple;
    this.wholePool = wholePool;
    this.weights = new int[size];
    this.loads = new int[size];
    this.roster = new Roster(0);
  }

  /** Called when {@code next} has changed. */
  void follow(Candidates candidates, Roster next) {
    if (multiple == 0) {
      return;
    }
    roster = next;
    total = 0;
    cursor = 0;
    Arrays.fill(weights, 0);
    for (int place = 0; place < next.size(); place++) {
      int i = next.index(place);
      weights[i] = next.weight(place);
      loads[i] = candidates.load(i);
      total += loads[i];
    }
  }

  /** Called before a pick. */
  void prepare(Candidates candidates) {
    if (multiple == 0) {
      return;
    }
    long loadNow =
        wholePool && roster.size() == candidates.size() ? candidates.totalLoad() : look(candidates);
    perWeight = multiple * (loadNow + 1) / roster.weightSum() * ROUNDING;
  }

  /** One more in flight to or one less from {@code i}. */
  void changed(Candidates candidates, int i) {
    if (multiple != 0 && weights[i] > 0) {
      int load = candidates.load(i);
      total += load - loads[i];
      loads[i] = load;
    }
  }

  /** Whether server {@code i}, which takes part, has room for one more. */
  boolean allows(Candidates candidates, int i) {
    return multiple == 0 || candidates.load(i) < Math.ceil(perWeight * weights[i]);
  }

  private long look(Candidates candidates) {
    int looks = Math.min(LOOKS, roster.size());
    for (int look = 0; look < looks; look++) {
      cursor = cursor + 1 >= roster.size() ? 0 : cursor + 1;
      changed(candidates, roster.index(cursor));
    }
    return total;
  }
}
