package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Consistent hashing by a lookup table (Eisenbud et al., "Maglev: A Fast and Reliable Software
 * Network Load Balancer", NSDI 2016, section 3.4): the same key goes to the same server, shares
 * follow the weights, and a server that comes or goes moves hardly any key but its own.
 *
 * <p>The table knows nothing of what is up. Where a slot's owner does not take the request the key
 * is hashed again, and again; this sequence depends on the key alone, so only the keys of that
 * server move, they spread over all others by weight, and they return with it.
 *
 * <p>A server that starts slowly takes the keys whose second hash is in the part of its weight that
 * it has already: always the same ones, and more and more. With a bound no server gets more than
 * that multiple of its share of the load (Mirrokni et al., "Consistent Hashing with Bounded Loads",
 * SODA 2018). When nobody is left within these limits, a usable server gets the request none the
 * less, one within its bound if there is one.
 */
final class Maglev implements Balancer {
  /** With half of the servers down, one key in 2^32 gets past so many. */
  private static final int PROBES_MAX = 32;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long LOT_SALT = 0x5851F42D4C957F2DL;

  private final MaglevTable table;
  private final Roster roster;
  private final Ramps ramps;
  private final LoadBound bound;

  /**
   * @param table may be shared with other loops
   * @param weights the configured ones, as in {@code table}
   * @param bound what limits the loads; this balancer's own
   */
  Maglev(MaglevTable table, int[] weights, LoadBound bound) {
    this.table = table;
    this.roster = new Roster(weights.length);
    this.ramps = new Ramps(weights);
    this.bound = bound;
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    follow(candidates);
    if (roster.size() == 0 || table.slots() == 0) {
      return NONE;
    }
    bound.prepare(candidates);
    int lot = ramps.level() ? 0 : (int) (Hash.mix(key ^ LOT_SALT) >>> 33);
    long hash = Hash.mix(key);
    for (int probe = 0; probe < PROBES_MAX; probe++) {
      int owner = table.owner(hash);
      if (takes(candidates, owner, lot)) {
        return owner;
      }
      hash = Hash.mix(hash + GOLDEN);
    }
    return walk(candidates, hash, lot);
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    follow(candidates);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    follow(candidates);
    bound.changed(candidates, i);
  }

  private void follow(Candidates candidates) {
    if (roster.follow(candidates)) {
      ramps.follow(roster);
      bound.follow(candidates, roster);
    }
  }

  private boolean takes(Candidates candidates, int i, int lot) {
    return ramps.takes(i, lot) && candidates.usable(i) && bound.allows(candidates, i);
  }

  /** Walks the table's servers in their stable order, from a place that the key decides. */
  private int walk(Candidates candidates, long hash, int lot) {
    int members = table.members();
    int at = (int) Math.unsignedMultiplyHigh(hash, members);
    int usable = NONE;
    int within = NONE;
    for (int step = 0; step < members; step++) {
      int owner = table.member(at);
      if (candidates.usable(owner)) {
        usable = usable == NONE ? owner : usable;
        if (bound.allows(candidates, owner)) {
          if (ramps.takes(owner, lot)) {
            return owner;
          }
          within = within == NONE ? owner : within;
        }
      }
      at = at + 1 == members ? 0 : at + 1;
    }
    return within != NONE ? within : usable;
  }
}
