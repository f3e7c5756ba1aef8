package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Draws two different servers by weight and takes the one with less load for its weight
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001). Spares the herd
 * that least-connections makes when loads are seen late.
 */
final class PowerOfTwo implements Balancer {
  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    int one = Draw.weighted(candidates, NONE, random);
    if (one == NONE) {
      return NONE;
    }
    int other = Draw.weighted(candidates, one, random);
    return other != NONE && lighter(candidates, other, one) ? other : one;
  }

  private static boolean lighter(Candidates candidates, int a, int b) {
    return Ratio.compare(
            candidates.load(a), candidates.weight(a), candidates.load(b), candidates.weight(b))
        < 0;
  }
}
