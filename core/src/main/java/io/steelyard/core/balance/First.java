package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * The first usable server in the order of the configuration. One that starts slowly lets the part
 * of the requests that it may not have yet pass to the next.
 */
final class First implements Balancer {
  private final Roster roster;
  private final Ramps ramps;

  /** For the configured weights. */
  First(int[] weights) {
    this.roster = new Roster(weights.length);
    this.ramps = new Ramps(weights);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    if (roster.follow(candidates)) {
      ramps.follow(roster);
    }
    int lot = ramps.level() ? 0 : random.nextInt() >>> 1;
    int first = NONE;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      if (candidates.usable(i)) {
        if (ramps.takes(i, lot)) {
          return i;
        }
        first = first == NONE ? i : first;
      }
    }
    return first;
  }
}
