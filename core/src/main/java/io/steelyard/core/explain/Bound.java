package io.steelyard.core.explain;

import java.util.Optional;

/**
 * What a request says of its session, and what is known of that.
 *
 * @param tells whether it says anything at all
 * @param exists whether such a session is known here, or its cookie says that there is one
 * @param number the session's
 * @param home the server that it is at home at, if that is one of the pool's
 * @param flaw what is wrong with what it says: forged, expired; empty: nothing
 * @param asksOthers whether other nodes, or a store, would be asked for it first
 */
public record Bound(
    boolean tells,
    boolean exists,
    long number,
    Optional<String> home,
    String flaw,
    boolean asksOthers) {
  /** Of a request that says nothing. */
  public static final Bound NONE = new Bound(false, false, 0, Optional.empty(), "", false);
}
