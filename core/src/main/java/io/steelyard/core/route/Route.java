package io.steelyard.core.route;

/**
 * What becomes of requests whose host and path match and of which the conditions hold.
 *
 * @param host lower-case host without port; {@code *.example} matches any number of labels before
 *     it; empty matches all
 * @param path prefix that ends at a segment's end: {@code /api} matches {@code /api}, {@code
 *     /api/x} and {@code /api?x}, not {@code /apix}; {@code /api/} matches what begins so; {@code
 *     /} and empty match all
 * @param conditions what else is asked
 * @param treatment what is done to it on its way
 * @param action where it goes, or how it is answered
 */
public record Route(
    String host, String path, Conditions conditions, Treatment treatment, Action action) {
  /** The balancer answers by itself. */
  public static final int NO_POOL = -1;

  /** Sends requests to a pool as they are; see {@link #pool()}. */
  public Route(String host, String path, int pool) {
    this(host, path, Conditions.NONE, Treatment.NONE, Action.pool(pool));
  }

  /**
   * Index in {@link io.steelyard.core.snapshot.Snapshot#pools()}, of several that of the first; or
   * {@link #NO_POOL}.
   */
  public int pool() {
    return action instanceof Action.Pools(var shares) ? shares.getFirst().pool() : NO_POOL;
  }

  /**
   * How many bytes of a path are the route's own: where a rest begins that is empty, or goes on
   * with a slash. Of an exact path it is all.
   */
  public int ownPathBytes() {
    String own = conditions.exact().isEmpty() ? path : conditions.exact();
    boolean slash = conditions.exact().isEmpty() && own.endsWith("/");
    return own.length() - (slash ? 1 : 0);
  }
}
