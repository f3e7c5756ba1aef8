package io.steelyard.core.explain;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import java.util.Optional;

/**
 * What a loop makes of an {@link Inquiry}, with its own parser, routes and sessions.
 *
 * @param listener where it comes in
 * @param status of the balancer's own answer; 0 if the request goes to a pool
 * @param cause why it answers itself; empty if it does not
 * @param route the index of the listener's route that matches; negative if none does
 * @param pool of that route
 * @param key what a balancer that hashes chooses by
 * @param keyFound whether the request has what its pool hashes by; else its address is taken
 * @param bound to a session, or not
 */
public record Routed(
    Listener listener,
    int status,
    String cause,
    int route,
    Optional<Pool> pool,
    long key,
    boolean keyFound,
    Bound bound) {
  /** The balancer answers itself, before it has found a route. */
  public static Routed answered(Listener listener, int status, String cause) {
    return answered(listener, status, cause, -1);
  }

  /** The balancer answers itself, because of that route; negative: of none. */
  public static Routed answered(Listener listener, int status, String cause, int route) {
    return new Routed(listener, status, cause, route, Optional.empty(), 0, false, Bound.NONE);
  }
}
