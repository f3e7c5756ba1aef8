package io.steelyard.core.route;

import java.util.List;

/**
 * The routes of a listener; the first match wins. Immutable; asked by all loops; allocates nothing.
 */
public final class RouteTable {
  /** No route matches. */
  public static final int NONE = -1;

  private final List<Route> routes;
  private final Matcher[] matchers;

  public RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
    this.matchers = routes.stream().map(Matcher::of).toArray(Matcher[]::new);
  }

  public List<Route> routes() {
    return routes;
  }

  /**
   * The index of the pool for a request of which no more is asked than host and path, or {@link
   * #NONE}; see {@link #match}.
   */
  public int route(byte[] head, int hostFrom, int hostTo, int pathFrom, int pathTo) {
    int index = match(head, hostFrom, hostTo, pathFrom, pathTo, null);
    return index == NONE ? NONE : matchers[index].pool();
  }

  /**
   * The index in {@link #routes()} of the route for a request, or {@link #NONE}. The path is
   * compared byte for byte, as the client wrote it: neither decoded nor normalised.
   *
   * @param head holds the request's bytes
   * @param hostFrom where the host begins (without port; any case; a final dot is ignored); {@code
   *     hostFrom == hostTo} when there is none
   * @param pathFrom where the path begins; the query may follow up to {@code pathTo}
   * @param asked tells the rest; null where no route has conditions
   */
  public int match(byte[] head, int hostFrom, int hostTo, int pathFrom, int pathTo, Asked asked) {
    int hostEnd = hostTo > hostFrom && head[hostTo - 1] == '.' ? hostTo - 1 : hostTo;
    int pathEnd = endOfPath(head, pathFrom, pathTo);
    for (int i = 0; i < matchers.length; i++) {
      if (matchers[i].host().matches(head, hostFrom, hostEnd)
          && matchers[i].path().matches(head, pathFrom, pathEnd)
          && (matchers[i].conditions() == null
              || matchers[i].conditions().hold(head, pathFrom, pathEnd, pathTo, asked))) {
        return i;
      }
    }
    return NONE;
  }

  private static int endOfPath(byte[] head, int from, int to) {
    int at = from;
    while (at < to && head[at] != '?') {
      at++;
    }
    return at;
  }

  /** A route made ready for bytes. */
  private record Matcher(HostPattern host, PathPrefix path, ConditionMatcher conditions, int pool) {
    static Matcher of(Route route) {
      return new Matcher(
          HostPattern.of(route.host()),
          PathPrefix.of(route.path()),
          ConditionMatcher.of(route.conditions()),
          route.pool());
    }
  }
}
