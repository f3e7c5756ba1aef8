package io.steelyard.core.snapshot;

import io.steelyard.core.route.AccessRule;

/**
 * What holds for all requests of a listener.
 *
 * @param access whom it serves; others are answered 403
 * @param hsts the value of Strict-Transport-Security (RFC 6797) that every response gets; empty:
 *     none does. Only where clients speak TLS.
 */
public record ListenerPolicy(AccessRule access, String hsts) {
  /** Everybody is served, and told nothing. */
  public static final ListenerPolicy NONE = new ListenerPolicy(AccessRule.NONE, "");
}
