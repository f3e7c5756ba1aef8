package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Draws usable candidates with a chance that is proportional to their weight: in constant time
 * while most of them are usable. One that is not is drawn again, which leaves the shares of the
 * others right; after some draws in vain all are looked at.
 */
final class Lottery {
  /** With half of the servers full, one pick in 2^16 looks at all. */
  private static final int DRAWS_MAX = 16;

  private final Roster roster;
  private final AliasTable table;

  /** For {@code size} candidates. */
  Lottery(int size) {
    this.roster = new Roster(size);
    this.table = new AliasTable(size);
  }

  /** To be called before a draw. */
  void follow(Candidates candidates) {
    if (roster.follow(candidates)) {
      table.build(roster);
    }
  }

  /** Like {@link Balancer#pick}, leaving out {@code except} ({@link Balancer#NONE}: nobody). */
  int draw(Candidates candidates, int except, RandomGenerator random) {
    if (roster.size() == 0) {
      return Balancer.NONE;
    }
    for (int draw = 0; draw < DRAWS_MAX; draw++) {
      int i = any(random);
      if (i != except && candidates.usable(i)) {
        return i;
      }
    }
    return amongUsable(candidates, except, random);
  }

  /** One of those that take part, usable or not. Only while somebody does. */
  int any(RandomGenerator random) {
    return roster.index(table.draw(random.nextLong()));
  }

  boolean isEmpty() {
    return roster.size() == 0;
  }

  /** In one pass: each usable one replaces the choice so far with its part of the weight so far. */
  private int amongUsable(Candidates candidates, int except, RandomGenerator random) {
    int chosen = Balancer.NONE;
    long sum = 0;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      if (i != except && candidates.usable(i)) {
        sum += roster.weight(place);
        if (random.nextLong(sum) < roster.weight(place)) {
          chosen = i;
        }
      }
    }
    return chosen;
  }
}
