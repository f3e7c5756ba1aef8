package io.steelyard.config;

import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.util.List;
import java.util.Optional;

/** A pool as configured; no {@code health} means that its servers count as up. */
public record PoolConfig(
    String name,
    Balancing balancing,
    Optional<HealthConfig> health,
    List<ServerConfig> servers,
    PoolTimeouts timeouts,
    PoolLimits limits,
    PassiveHealth passive,
    HoldDown holdDown) {
  public PoolConfig {
    servers = List.copyOf(servers);
  }
}
