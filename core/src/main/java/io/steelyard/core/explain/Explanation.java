package io.steelyard.core.explain;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.PoolBalancers;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.StickyResult;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Where a request would go at this moment.
 *
 * @param routed what comes before a server is chosen
 * @param sticky what becomes of its session; empty if its pool binds nobody, or there is no pool
 * @param forecast which server it goes to; empty if there is no pool
 */
public record Explanation(
    Routed routed, Optional<StickyResult> sticky, Optional<Forecast> forecast) {

  /** Chooses as a loop would. Any thread but a loop's: it may take some milliseconds. */
  public static Explanation of(Routed routed, RandomGenerator random, long nowNs) {
    if (routed.pool().isEmpty()) {
      return new Explanation(routed, Optional.empty(), Optional.empty());
    }
    Pool pool = routed.pool().get();
    if (pool.sticky().means() instanceof Sticky.Means.None) {
      Forecast forecast = Forecast.of(pool, routed.key(), random, nowNs);
      return new Explanation(routed, Optional.empty(), Optional.of(forecast));
    }
    return routed.bound().exists()
        ? bound(routed, pool, random, nowNs)
        : explained(routed, begins(routed), Forecast.of(pool, routed.key(), random, nowNs));
  }

  private static StickyResult begins(Routed routed) {
    for (StickyResult flaw : new StickyResult[] {StickyResult.FORGED, StickyResult.EXPIRED}) {
      if (flaw.label().equals(routed.bound().flaw())) {
        return flaw;
      }
    }
    return StickyResult.NEW;
  }

  /** As a loop places a request whose session is known: see {@code proxy.LoopPool}. */
  private static Explanation bound(Routed routed, Pool pool, RandomGenerator random, long nowNs) {
    PoolView view = new PoolView(pool, PoolBalancers.perLoop(pool).get());
    Optional<String> home = routed.bound().home();
    int at = home.map(name -> indexOf(pool, name)).orElse(Balancer.NONE);
    if (at != Balancer.NONE && view.keeps(at)) {
      return explained(routed, StickyResult.KEPT, atHome(pool.servers().get(at)));
    }
    if (at != Balancer.NONE && pool.sticky().fallback() == Sticky.Fallback.REFUSE) {
      return explained(routed, StickyResult.REFUSED, Forecast.refused(Refusal.SESSION_LOST));
    }
    if (pool.balancing().algorithm().hashes()) {
      return explained(routed, StickyResult.MOVED, Forecast.of(pool, routed.key(), random, nowNs));
    }
    int next = view.moveTo(routed.bound().number(), new Tried(), nowNs);
    Forecast moved =
        next == Balancer.NONE
            ? Forecast.refused(view.whyNone())
            : Forecast.certain(pool.servers().get(next).name());
    return explained(routed, StickyResult.MOVED, moved);
  }

  /** A session whose server is full waits there. */
  private static Forecast atHome(Server home) {
    boolean full = home.limit() > 0 && home.state().inFlight() >= home.limit();
    return full ? Forecast.refused(Refusal.ALL_FULL) : Forecast.certain(home.name());
  }

  private static Explanation explained(Routed routed, StickyResult sticky, Forecast forecast) {
    return new Explanation(routed, Optional.of(sticky), Optional.of(forecast));
  }

  private static int indexOf(Pool pool, String name) {
    for (int i = 0; i < pool.servers().size(); i++) {
      if (pool.servers().get(i).name().equals(name)) {
        return i;
      }
    }
    return Balancer.NONE;
  }

  /**
   * Whether it would wait first: for room, or behind others who do. Where it goes then, and whether
   * in time, cannot be said.
   */
  public boolean waits() {
    if (routed.pool().isEmpty()) {
      return false;
    }
    Pool pool = routed.pool().get();
    boolean hasQueue = pool.limits().queue() > 0;
    return refusal()
        .map(why -> why.passes() && hasQueue)
        .orElse(hasQueue && pool.state().newcomersWaiting() > 0);
  }

  private Optional<Refusal> refusal() {
    return forecast.flatMap(Forecast::refusal);
  }

  /** The status of an answer of the balancer's own; 0 if the request goes to a server. */
  public int status() {
    return refusal().isPresent() && !waits() ? 503 : routed.status();
  }

  /** Why the balancer would answer itself, or why it would wait; empty if it would do neither. */
  public String cause() {
    return refusal().map(Refusal::text).orElse(routed.cause());
  }
}
