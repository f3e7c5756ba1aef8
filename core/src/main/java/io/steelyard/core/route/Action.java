package io.steelyard.core.route;

import java.util.List;

/** What becomes of the requests of a route. */
public sealed interface Action {
  /** They go to this pool. */
  static Action pool(int pool) {
    return new Pools(List.of(new Share(pool, 1)));
  }

  /**
   * They go to servers.
   *
   * @param shares one at least; with a weight above 0 at least one
   */
  record Pools(List<Share> shares) implements Action {
    public Pools {
      shares = List.copyOf(shares);
    }
  }

  /**
   * A part of the requests.
   *
   * @param pool index in {@link io.steelyard.core.snapshot.Snapshot#pools()}
   * @param weight against that of the others, 0 to {@value #WEIGHT_MAX}
   */
  record Share(int pool, int weight) {
    public static final int WEIGHT_MAX = 1_000_000;
  }

  /**
   * The balancer sends the client elsewhere (RFC 9110 section 15.4).
   *
   * @param status 301, 302, 303, 307 or 308
   */
  record Redirect(Target to, int status) implements Action {}

  /**
   * The balancer answers.
   *
   * @param status 200 to 599; 204 and 304 have no body
   * @param type of the body (Content-Type); empty: nothing is said of it
   * @param body as UTF-8 at most {@value #BODY_BYTES_MAX} bytes
   */
  record Respond(int status, String type, String body) implements Action {
    public static final int BODY_BYTES_MAX = 64 * 1024;
  }
}
