package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Round robin for few servers: {@link SmoothCredits} among those that are usable at that moment, so
 * the shares of the others stay exact while some are down (1:2:3 without the first is 2:3). A pick
 * looks at every server; many go to {@link RoundRobin}.
 */
final class SmoothRoundRobin implements Balancer {
  /** Up to so many servers a look at each costs less than a cleverer way. */
  static final int SERVERS_MAX = 16;

  private final SmoothCredits credits;

  /** For {@code size} servers. */
  SmoothRoundRobin(int size) {
    this.credits = new SmoothCredits(size);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    for (int i = 0; i < candidates.size(); i++) {
      credits.share(i, candidates.usable(i) ? candidates.weight(i) : 0);
    }
    return credits.next(random);
  }
}
