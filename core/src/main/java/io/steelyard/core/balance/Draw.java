package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/** Draws a usable candidate with a chance that is proportional to its weight. */
final class Draw {
  private Draw() {}

  /** Like {@link Balancer#pick}, leaving out {@code except} ({@link Balancer#NONE}: nobody). */
  static int weighted(Candidates candidates, int except, RandomGenerator random) {
    long sum = 0;
    for (int i = 0; i < candidates.size(); i++) {
      sum += share(candidates, i, except);
    }
    if (sum == 0) {
      return Balancer.NONE;
    }
    long rest = random.nextLong(sum);
    int last = Balancer.NONE;
    for (int i = 0; i < candidates.size(); i++) {
      int share = share(candidates, i, except);
      if (share > 0) {
        last = i;
        rest -= share;
        if (rest < 0) {
          return i;
        }
      }
    }
    // Another thread took a candidate out between the two passes: the last that is left will do.
    return last;
  }

  private static int share(Candidates candidates, int i, int except) {
    return i != except && candidates.usable(i) ? candidates.weight(i) : 0;
  }
}
