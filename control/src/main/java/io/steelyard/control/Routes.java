package io.steelyard.control;

import io.steelyard.config.RouteConfig;
import io.steelyard.core.route.Action;
import io.steelyard.core.route.Route;
import java.util.List;
import java.util.Map;

/** Makes routes of what is configured. */
final class Routes {
  private Routes() {}

  /**
   * A route of a snapshot.
   *
   * @param pools their indexes by their names
   */
  static Route of(RouteConfig route, Map<String, Integer> pools) {
    return new Route(
        route.host(),
        route.path(),
        route.conditions(),
        route.treatment(),
        action(route.action(), pools));
  }

  private static Action action(RouteConfig.Action action, Map<String, Integer> pools) {
    return switch (action) {
      case RouteConfig.Action.Pools(List<RouteConfig.Share> shares) ->
          new Action.Pools(
              shares.stream()
                  .map(share -> new Action.Share(pools.get(share.pool()), share.weight()))
                  .toList());
      case RouteConfig.Action.Redirected(Action.Redirect how) -> how;
      case RouteConfig.Action.Answered(Action.Respond how) -> how;
    };
  }
}
