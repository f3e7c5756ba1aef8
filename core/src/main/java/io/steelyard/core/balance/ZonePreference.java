package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Stays in the zone while enough of it is healthy, and spills over in proportion: a zone can carry
 * {@value #OVERPROVISIONING} times the part of its weight that takes part now, at most everything.
 * The own zone gets what it can carry, the others get the rest. Where both together cannot carry
 * all, both get more in proportion (as Envoy does with priority levels).
 *
 * <p>Those shares are of requests as they come, spread out evenly; for balancers that hash they are
 * of keys, so that a key keeps its zone. A zone in which nothing is usable at the moment leaves the
 * request to the other.
 */
final class ZonePreference implements Balancer {
  /** Envoy's factor: with at least 1/1.4 of the zone nothing spills over. */
  static final double OVERPROVISIONING = 1.4;

  private static final long SALT = 0x2545F4914F6CDD1DL;

  private final Balancer local;
  private final Balancer remote;
  private final boolean[] isLocal;
  private final boolean byKey;
  private final ZoneShare share;

  /** How much of a request the own zone is owed; negative before the first pick. */
  private double owed = -1;

  /**
   * @param local chooses among all candidates, within the own zone; {@code remote} outside of it
   * @param weights the configured ones; 0 of servers in neither
   * @param byKey whether a key stays in its zone
   */
  ZonePreference(Balancer local, Balancer remote, boolean[] isLocal, int[] weights, boolean byKey) {
    this.local = local;
    this.remote = remote;
    this.isLocal = isLocal.clone();
    this.byKey = byKey;
    this.share = new ZoneShare(isLocal, weights);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    boolean stay = stays(share.local(candidates), key, random);
    Balancer first = stay ? local : remote;
    Balancer second = stay ? remote : local;
    int chosen = first.pick(candidates, key, random);
    return chosen != NONE ? chosen : second.pick(candidates, key, random);
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    local.prepare(candidates, random);
    remote.prepare(candidates, random);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    (isLocal[i] ? local : remote).changed(candidates, i);
  }

  private boolean stays(double part, long key, RandomGenerator random) {
    if (byKey) {
      return (Hash.mix(key ^ SALT) >>> 11) * 0x1p-53 < part;
    }
    // Loops start at different points, or their spilt requests would come together.
    owed = (owed < 0 ? random.nextDouble() : owed) + part;
    if (owed < 1) {
      return false;
    }
    owed -= 1;
    return true;
  }
}
