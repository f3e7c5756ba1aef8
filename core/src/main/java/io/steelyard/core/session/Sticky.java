package io.steelyard.core.session;

import io.steelyard.core.balance.HashKey;
import java.time.Duration;

/**
 * How a pool keeps the requests of a session at one server.
 *
 * @param means what tells a session's requests
 * @param fallback what becomes of a session whose server cannot go on with it
 * @param returns whether a session that had to move goes home when its server is back
 */
public record Sticky(Means means, Fallback fallback, boolean returns) {
  /** Every request is balanced by itself. */
  public static final Sticky NONE = new Sticky(new Means.None(), Fallback.REBALANCE, false);

  /** What tells which session a request belongs to. */
  public sealed interface Means {
    /** Nothing does. */
    record None() implements Means {}

    /** A cookie of the balancer's own, which says all that has to be known. */
    record Cookie(SessionCookie cookie, Keyring keys) implements Means {}

    /**
     * Something of the request that the session table knows.
     *
     * @param key where it stands in the request; the client's address where it is {@link
     *     HashKey#ADDRESS}
     * @param learned whether it is the application's own, which responses tell first: in a
     *     Set-Cookie field, or in a field of the same name
     * @param ttl how long a session lasts without a request
     * @param keys hide what is hashed from who would choose it
     */
    record Keyed(HashKey key, boolean learned, Duration ttl, Keyring keys) implements Means {}
  }

  /** What becomes of a session whose server is gone, down or in maintenance. */
  public enum Fallback {
    /** It moves to another server. */
    REBALANCE,
    /** Its requests are refused. */
    REFUSE
  }
}
