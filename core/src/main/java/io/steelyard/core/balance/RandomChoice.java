package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/** Any usable server, by chance and weight. */
final class RandomChoice implements Balancer {
  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    return Draw.weighted(candidates, NONE, random);
  }
}
