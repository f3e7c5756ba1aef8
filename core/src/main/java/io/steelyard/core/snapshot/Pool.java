package io.steelyard.core.snapshot;

import io.steelyard.core.balance.Algorithm;
import java.util.List;

/** Servers that do the same work, and how it is shared out among them. */
public record Pool(
    String name,
    Algorithm balance,
    List<Server> servers,
    PoolTimeouts timeouts,
    PoolLimits limits) {
  public Pool {
    servers = List.copyOf(servers);
  }
}
