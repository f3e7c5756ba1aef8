package io.steelyard.core.pool;

import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import java.util.List;

/**
 * Moves a pool's servers along with time: slow starts, ejections and their end, hold-downs, panic.
 * Lives as long as the pool's name is configured. One control thread at a time, which is also the
 * one that writes standings.
 */
public final class PoolMonitor {
  /** How often {@link #tick} wants to be called. */
  public static final long TICK_NS = 100_000_000L;

  private Pool pool;

  /** Watches over {@code pool} as it is first configured: its servers need no slow start. */
  public PoolMonitor(Pool pool, long nowNs) {
    this.pool = pool;
  }

  /** The pool is configured anew: what is known of servers that stay is kept; others are new. */
  public void follow(Pool next, long nowNs) {
    pool = next;
  }

  /** Looks at what has changed and writes what follows; returns what is worth telling. */
  public List<Happening> tick(long nowNs) {
    return List.of();
  }

  /** Counts a check's result; servers that are no member (any more) change nothing. */
  public List<Happening> checked(ServerState server, boolean passed, long nowNs) {
    var probed = server.standing().probed();
    server.standing(server.standing().probed(passed ? probed.passed() : probed.failed()));
    return List.of();
  }

  /** The operator's wish. */
  public List<Happening> wished(ServerState server, Wish wish, long nowNs) {
    server.standing(server.standing().wish(wish));
    return List.of();
  }

  /** What the server itself asks for through its agent. */
  public List<Happening> asked(ServerState server, Wish wish, long nowNs) {
    server.standing(server.standing().asked(wish));
    return List.of();
  }

  public Pool pool() {
    return pool;
  }
}
