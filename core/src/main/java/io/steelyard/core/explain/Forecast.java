package io.steelyard.core.explain;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.PoolBalancers;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.snapshot.Pool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Where a pool's balancer would send a request at this moment. The balancer itself is asked, one
 * that is made for it: the loops' own keep their turns.
 *
 * @param refusal why there is no server for it; empty if there is
 * @param shares of up to {@value #PICKS} such requests that came now, the likeliest server first;
 *     those of the algorithms that look at load suppose that none of them is under way yet
 */
public record Forecast(Optional<Refusal> refusal, List<Share> shares) {
  /** How often the balancer is asked. */
  static final int PICKS = 1000;

  /** Of very many servers fewer times: a pick may look at all of them. */
  private static final int LOOKS_MAX = 1_000_000;

  public Forecast {
    shares = List.copyOf(shares);
  }

  /**
   * How likely it is that a server is chosen.
   *
   * @param share 0 to 1
   */
  public record Share(String server, double share) {}

  /**
   * Asks the pool's balancer. Costs what making a balancer does: for ten thousand servers and a
   * hash some tens of milliseconds.
   *
   * @param key see {@link Balancer#pick}
   */
  public static Forecast of(Pool pool, long key, RandomGenerator random, long nowNs) {
    PoolView view = new PoolView(pool, PoolBalancers.perLoop(pool).get());
    int[] picked = new int[pool.servers().size()];
    Tried none = new Tried();
    int picks = picks(pool);
    for (int i = 0; i < picks; i++) {
      int server = view.pick(key, none, random, nowNs);
      if (server == Balancer.NONE) {
        return new Forecast(Optional.of(view.whyNone()), List.of());
      }
      picked[server]++;
    }
    return new Forecast(Optional.empty(), shares(pool, picks, picked));
  }

  /** Who hashes gives the same answer each time. */
  private static int picks(Pool pool) {
    int affordable = LOOKS_MAX / Math.max(1, pool.servers().size());
    return pool.balancing().algorithm().hashes() ? 1 : Math.clamp(affordable, 1, PICKS);
  }

  /** Where it goes that goes to one server and no other. */
  static Forecast certain(String server) {
    return new Forecast(Optional.empty(), List.of(new Share(server, 1)));
  }

  static Forecast refused(Refusal why) {
    return new Forecast(Optional.of(why), List.of());
  }

  private static List<Share> shares(Pool pool, int picks, int... picked) {
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < picked.length; i++) {
      if (picked[i] > 0) {
        shares.add(new Share(pool.servers().get(i).name(), (double) picked[i] / picks));
      }
    }
    // Stable: of equal ones the first in the configuration.
    shares.sort(Comparator.comparingDouble(Share::share).reversed());
    return shares;
  }
}
