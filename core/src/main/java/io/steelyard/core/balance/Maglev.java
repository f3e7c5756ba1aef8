package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Consistent hashing by a lookup table (Eisenbud et al., "Maglev: A Fast and Reliable Software
 * Network Load Balancer", NSDI 2016, section 3.4): the same key goes to the same server, shares
 * follow the weights, and a server that comes or goes moves hardly any key but its own.
 *
 * <p>The table knows nothing of what is up. Where a slot's owner is not usable the key is hashed
 * again, and again; this sequence depends on the key alone, so only the keys of the unusable server
 * move, they spread over all others by weight, and they return with it.
 *
 * <p>Keeps no state: one instance may serve all loops.
 */
final class Maglev implements Balancer {
  /** With half of the servers down, one key in 2^16 gets past so many. */
  private static final int PROBES_MAX = 16;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final MaglevTable table;

  Maglev(MaglevTable table) {
    this.table = table;
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    if (table.slots() == 0) {
      return NONE;
    }
    long hash = Hash.mix(key);
    for (int probe = 0; probe < PROBES_MAX; probe++) {
      int owner = table.owner(hash);
      if (candidates.usable(owner)) {
        return owner;
      }
      hash = Hash.mix(hash + GOLDEN);
    }
    return nextUsable(candidates, hash);
  }

  /** Walks the table's servers in their stable order, from a place that the key decides. */
  private int nextUsable(Candidates candidates, long hash) {
    int members = table.members();
    int start = (int) Math.unsignedMultiplyHigh(hash, members);
    for (int step = 0; step < members; step++) {
      int owner = table.member((start + step) % members);
      if (candidates.usable(owner)) {
        return owner;
      }
    }
    return NONE;
  }
}
