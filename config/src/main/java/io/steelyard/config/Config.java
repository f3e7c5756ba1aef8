package io.steelyard.config;

import java.util.List;

/**
 * A valid configuration: every name resolves, every value is in its range. Equal texts give equal
 * configurations.
 *
 * @param zone where this node stands; empty if nowhere in particular
 */
public record Config(
    String zone, List<ListenerConfig> listeners, List<PoolConfig> pools, AdminConfig admin) {
  public Config {
    listeners = List.copyOf(listeners);
    pools = List.copyOf(pools);
  }
}
