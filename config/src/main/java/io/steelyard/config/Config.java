package io.steelyard.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A valid configuration: every name resolves, every value is in its range. Equal texts give equal
 * configurations.
 *
 * @param zone where this node stands; empty if nowhere in particular
 * @param state what nodes have in common beside this
 * @param cluster the nodes that it is shared with
 * @param files whose content it depends on
 */
public record Config(
    String zone,
    List<ListenerConfig> listeners,
    List<PoolConfig> pools,
    AdminConfig admin,
    StateConfig state,
    ClusterConfig cluster,
    Set<Path> files) {
  public Config {
    listeners = List.copyOf(listeners);
    pools = List.copyOf(pools);
    files = Set.copyOf(files);
  }

  /** Without anything that nodes have in common. */
  public Config(
      String zone, List<ListenerConfig> listeners, List<PoolConfig> pools, AdminConfig admin) {
    this(zone, listeners, pools, admin, StateConfig.NONE, ClusterConfig.NONE, Set.of());
  }

  /** The same with other pools. */
  public Config withPools(List<PoolConfig> others) {
    return new Config(zone, listeners, others, admin, state, cluster, files);
  }
}
