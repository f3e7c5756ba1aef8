package io.steelyard.config;

import io.steelyard.core.route.Action.Redirect;
import io.steelyard.core.route.Action.Respond;
import io.steelyard.core.route.Conditions;
import io.steelyard.core.route.Treatment;
import java.util.List;

/**
 * A route as configured; empty where not given, see {@link io.steelyard.core.route.Route}.
 *
 * @param action where requests go, or how they are answered
 */
public record RouteConfig(
    String host, String path, Conditions conditions, Treatment treatment, Action action) {
  /** To one pool, which exists, without further conditions. */
  public RouteConfig(String host, String path, String pool) {
    this(host, path, Conditions.NONE, Treatment.NONE, Action.pool(pool));
  }

  /** The pools that it leads to, in their order; none if the balancer answers by itself. */
  public List<String> pools() {
    return action instanceof Action.Pools(List<Share> shares)
        ? shares.stream().map(Share::pool).toList()
        : List.of();
  }

  /** A pool's part. */
  public record Share(String pool, int weight) {}

  /** What becomes of requests. */
  public sealed interface Action {
    /** All go to this pool. */
    static Action pool(String pool) {
      return new Pools(List.of(new Share(pool, 1)));
    }

    /** They go to pools that exist; one of them has a weight at least. */
    record Pools(List<Share> shares) implements Action {
      public Pools {
        shares = List.copyOf(shares);
      }
    }

    /** They are sent elsewhere. */
    record Redirected(Redirect how) implements Action {}

    /** They are answered. */
    record Answered(Respond how) implements Action {}
  }
}
