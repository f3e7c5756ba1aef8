package io.steelyard.proxy;

import io.steelyard.core.route.Action.Share;
import io.steelyard.wire.http1.RequestHead;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The pools of a route that has several, each with its part of the requests. A session stays in the
 * pool that it began in. Loop thread only; allocates nothing per request.
 */
final class PoolShares {
  private final LoopPool[] pools;

  /** Of each pool the sum of the weights up to and with its own. */
  private final int[] upTo;

  private final boolean sessions;

  PoolShares(List<Share> shares, LoopPool... all) {
    pools = shares.stream().map(share -> all[share.pool()]).toArray(LoopPool[]::new);
    upTo = new int[pools.length];
    int sum = 0;
    boolean any = false;
    for (int i = 0; i < upTo.length; i++) {
      sum += shares.get(i).weight();
      upTo[i] = sum;
      any |= pools[i].sessions() != null;
    }
    sessions = any;
  }

  /**
   * The pool for a request.
   *
   * @param scratch holds no bond, and none afterwards
   */
  LoopPool choose(
      RequestHead head, byte[] in, long addressKey, Bond scratch, RandomGenerator random) {
    LoopPool home = sessions ? home(head, in, addressKey, scratch) : null;
    return home == null ? pools[drawn(random.nextInt(upTo[upTo.length - 1]))] : home;
  }

  /** The one that is the likeliest for a request of no session. */
  LoopPool likeliest() {
    int best = 0;
    for (int i = 1; i < pools.length; i++) {
      if (weight(i) > weight(best)) {
        best = i;
      }
    }
    return pools[best];
  }

  private int weight(int i) {
    return i == 0 ? upTo[0] : upTo[i] - upTo[i - 1];
  }

  private int drawn(int number) {
    int i = 0;
    while (number >= upTo[i]) {
      i++;
    }
    return i;
  }

  /** Null: no pool knows its session. */
  LoopPool home(RequestHead head, byte[] in, long addressKey, Bond scratch) {
    LoopPool home = null;
    for (int i = 0; home == null && i < pools.length; i++) {
      if (pools[i].sessions() != null) {
        pools[i].sessions().look(head, in, addressKey, scratch);
        home = scratch.exists ? pools[i] : null;
        scratch.clear();
      }
    }
    return home;
  }
}
