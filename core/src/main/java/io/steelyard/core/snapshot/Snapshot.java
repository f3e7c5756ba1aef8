package io.steelyard.core.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a request may consult; replaced whole. Routes name pools by their index in {@code
 * pools}.
 *
 * @param revision grows with each snapshot that is published
 * @param sessionsMax sessions that are remembered at a time, over all loops
 */
public record Snapshot(long revision, List<Listener> listeners, List<Pool> pools, int sessionsMax) {
  /** What {@code sessionsMax} is when nothing is said. */
  public static final int SESSIONS_MAX_DEFAULT = 100_000;

  public static final Snapshot EMPTY = new Snapshot(0, List.of(), List.of());

  public Snapshot {
    listeners = List.copyOf(listeners);
    pools = List.copyOf(pools);
  }

  /** This, a revision later or the same, with other pools of the same names. */
  public Snapshot with(long nextRevision, List<Pool> nextPools) {
    return new Snapshot(nextRevision, listeners, nextPools, sessionsMax);
  }

  /** This, with the former one's own pools where they are equal: who has those need not follow. */
  public Snapshot keeping(Snapshot former) {
    Map<String, Pool> known = new HashMap<>();
    former.pools.forEach(pool -> known.put(pool.name(), pool));
    return with(
        revision,
        pools.stream()
            .map(pool -> pool.equals(known.get(pool.name())) ? known.get(pool.name()) : pool)
            .toList());
  }

  /** With room for {@link #SESSIONS_MAX_DEFAULT} sessions. */
  public Snapshot(long revision, List<Listener> listeners, List<Pool> pools) {
    this(revision, listeners, pools, SESSIONS_MAX_DEFAULT);
  }
}
