package io.steelyard.config;

import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Upstream;
import java.util.List;
import java.util.Optional;

/**
 * A pool as configured.
 *
 * @param balancing without a zone: that is the node's, if it is to be preferred
 * @param preferZone whether servers of the node's own zone come first; then there is one
 * @param health none means that its servers count as up
 * @param load present for {@code custom-load}, and for nothing else
 * @param sticky none: every request is balanced by itself
 * @param discover where further servers are found; there are servers, or this is present
 * @param upstream how they are spoken to
 */
public record PoolConfig(
    String name,
    Balancing balancing,
    boolean preferZone,
    Optional<HealthConfig> health,
    List<ServerConfig> servers,
    PoolTimeouts timeouts,
    PoolLimits limits,
    PassiveHealth passive,
    HoldDown holdDown,
    Optional<LoadConfig> load,
    Optional<StickyConfig> sticky,
    Optional<DiscoverConfig> discover,
    Upstream upstream) {
  public PoolConfig {
    servers = List.copyOf(servers);
  }

  /** The same pool with other servers. */
  public PoolConfig withServers(List<ServerConfig> others) {
    return new PoolConfig(
        name,
        balancing,
        preferZone,
        health,
        others,
        timeouts,
        limits,
        passive,
        holdDown,
        load,
        sticky,
        discover,
        upstream);
  }
}
