package io.steelyard.config;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.session.Sticky.Fallback;
import java.time.Duration;

/**
 * How a pool keeps sessions at their servers, as configured.
 *
 * @param returns whether a session that moved goes home when its server is back
 */
public record StickyConfig(Means means, Fallback fallback, boolean returns) {
  /** What tells which session a request belongs to. */
  public sealed interface Means {
    /** A cookie of the balancer's own. */
    record Cookie(SessionCookie cookie) implements Means {}

    /**
     * Something of the request that is remembered.
     *
     * @param learned whether responses tell it first
     * @param ttl how long it is remembered without a request
     */
    record Keyed(HashKey key, boolean learned, Duration ttl) implements Means {}
  }
}
