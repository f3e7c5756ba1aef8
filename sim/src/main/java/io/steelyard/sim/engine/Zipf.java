package io.steelyard.sim.engine;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Ranks 0 to n-1 of which the k-th is drawn in proportion to 1/(k+1)^exponent; with exponent 0 all
 * alike. A table of n numbers and a binary search.
 */
public final class Zipf {
  /** The most ranks. */
  public static final int RANKS_MAX = 10_000_000;

  private final double[] cumulated;

  /** {@code ranks} from 1 to {@link #RANKS_MAX}. */
  public Zipf(int ranks, double exponent) {
    cumulated = new double[ranks];
    double sum = 0;
    for (int i = 0; i < ranks; i++) {
      sum += StrictMath.pow(i + 1.0, -exponent);
      cumulated[i] = sum;
    }
  }

  /** The next one. */
  public int draw(RandomGenerator random) {
    double at = random.nextDouble() * cumulated[cumulated.length - 1];
    int found = Arrays.binarySearch(cumulated, at);
    int rank = found >= 0 ? found + 1 : -found - 1;
    return Math.min(rank, cumulated.length - 1);
  }
}
