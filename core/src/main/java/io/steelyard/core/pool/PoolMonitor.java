package io.steelyard.core.pool;

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

  public Pool pool() {
    return pool;
  }
}
