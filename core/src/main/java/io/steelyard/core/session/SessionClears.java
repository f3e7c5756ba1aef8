package io.steelyard.core.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which sessions operators have ended, wherever they are remembered: all of a pool or a server, or
 * all, that came to be at home there up to a moment, by the stamps of {@link HybridClock}s. Who
 * hears of such a session later, from a node or a store that has not heard of its end, takes it for
 * none. Immutable.
 */
public final class SessionClears {
  /** Nothing was ended. */
  public static final SessionClears NONE = new SessionClears(Map.of(), Long.MIN_VALUE);

  /** Whose sessions: empty for those of all pools, or of all servers. */
  private record Scope(Optional<Integer> pool, Optional<Long> server) {}

  private static final Scope ALL = new Scope(Optional.empty(), Optional.empty());

  private final Map<Scope, Long> stamps;
  private final long newest;

  private SessionClears(Map<Scope, Long> stamps, long newest) {
    this.stamps = stamps;
    this.newest = newest;
  }

  /**
   * With one more; the same if that says nothing new.
   *
   * @param pool its name; empty: of all pools
   * @param server the name of a server of that pool; empty: of all servers
   * @param stamp up to which they have ended
   */
  public SessionClears with(Optional<String> pool, Optional<String> server, long stamp) {
    Scope scope =
        new Scope(
            pool.map(name -> (int) SessionShard.number(name)), server.map(SessionShard::number));
    if (reaches(scope, stamp)) {
      return this;
    }
    Map<Scope, Long> next = new HashMap<>(stamps);
    next.put(scope, stamp);
    return new SessionClears(Map.copyOf(next), Math.max(newest, stamp));
  }

  /** The latest moment up to which any have ended. */
  public long newest() {
    return newest;
  }

  /** Whether what is told of this session is over. */
  public boolean cover(SessionEntry entry) {
    // What is new is told apart at once: nearly all of it.
    if (entry.stamp > newest || entry.server == SessionEntry.GONE) {
      return false;
    }
    Optional<Integer> pool = Optional.of(entry.pool);
    return reaches(ALL, entry.stamp)
        || reaches(new Scope(pool, Optional.empty()), entry.stamp)
        || reaches(new Scope(pool, Optional.of(entry.server)), entry.stamp);
  }

  private boolean reaches(Scope scope, long stamp) {
    Long until = stamps.get(scope);
    return until != null && stamp <= until;
  }
}
