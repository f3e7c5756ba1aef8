package io.steelyard.core.pool;

import java.util.Collection;

/**
 * The share of a pool that is healthy: of the servers that are wanted, those that take new
 * requests. Servers that await their first verdict count as healthy, so that a start is no panic.
 * Only the group that serves is looked at: backups as soon as no other server is healthy.
 */
final class Panic {
  private static final double NOBODY = -1;

  private Panic() {}

  /** 0 to 1; 1 when nobody is wanted. */
  static double healthyShare(Collection<Watched> servers) {
    double primaries = healthyShare(servers, false);
    double share = primaries > 0 ? primaries : Math.max(primaries, healthyShare(servers, true));
    return share == NOBODY ? 1 : share;
  }

  private static double healthyShare(Collection<Watched> servers, boolean backups) {
    long wanted = 0;
    long healthy = 0;
    for (Watched server : servers) {
      if (counts(server, backups)) {
        wanted++;
        healthy += isHealthy(server) ? 1 : 0;
      }
    }
    return wanted == 0 ? NOBODY : (double) healthy / wanted;
  }

  private static boolean counts(Watched server, boolean backup) {
    return server.server().backup() == backup
        && server.server().weight() > 0
        && server.standing().wanted();
  }

  private static boolean isHealthy(Watched server) {
    boolean awaiting = !server.standing().probed().known() && !server.standing().probed().up();
    return awaiting || server.takesNew();
  }
}
