package io.steelyard.core.snapshot;

import io.steelyard.core.server.PoolState;
import io.steelyard.core.session.Sticky;
import java.util.List;

/**
 * Servers that do the same work, and how it is shared out among them.
 *
 * @param state what is carried over from the snapshot before
 */
public record Pool(
    String name,
    Balancing balancing,
    List<Server> servers,
    PoolTimeouts timeouts,
    PoolLimits limits,
    PassiveHealth passive,
    HoldDown holdDown,
    LoadReporting reporting,
    Sticky sticky,
    Upstream upstream,
    PoolState state) {
  public Pool {
    servers = List.copyOf(servers);
  }
}
