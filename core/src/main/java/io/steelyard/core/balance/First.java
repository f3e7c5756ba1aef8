package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/** The first usable server in the order of the configuration. */
final class First implements Balancer {
  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.weight(i) > 0 && candidates.usable(i)) {
        return i;
      }
    }
    return NONE;
  }
}
