package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/** Any usable server, by chance and weight. */
final class RandomChoice implements Balancer {
  private final Lottery lottery;

  RandomChoice(int size) {
    this.lottery = new Lottery(size);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    lottery.follow(candidates);
    return lottery.draw(candidates, NONE, random);
  }
}
