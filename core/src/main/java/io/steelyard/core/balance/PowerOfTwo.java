package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Draws two different servers by weight and takes the one that would have less load for its weight
 * with this request (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 * Spares the herd that least-connections makes when loads are seen late.
 */
final class PowerOfTwo implements Balancer {
  private final Lottery lottery;

  PowerOfTwo(int size) {
    this.lottery = new Lottery(size);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    lottery.follow(candidates);
    int one = lottery.draw(candidates, NONE, random);
    if (one == NONE) {
      return NONE;
    }
    int other = lottery.draw(candidates, one, random);
    return other != NONE && lighter(candidates, other, one) ? other : one;
  }

  /** By cross multiplication: exact. Idle ones have been drawn by weight, which is all there is. */
  private static boolean lighter(Candidates candidates, int a, int b) {
    long loadA = candidates.load(a);
    long loadB = candidates.load(b);
    return (loadA > 0 || loadB > 0)
        && (loadA + 1) * candidates.weight(b) < (loadB + 1) * candidates.weight(a);
  }
}
