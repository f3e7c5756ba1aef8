package io.steelyard.config;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.util.List;
import java.util.Optional;

/** A pool as configured; no {@code health} means that its servers count as up. */
public record PoolConfig(
    String name,
    Algorithm balance,
    Optional<HealthConfig> health,
    List<ServerConfig> servers,
    PoolTimeouts timeouts,
    PoolLimits limits) {
  public PoolConfig {
    servers = List.copyOf(servers);
  }
}
