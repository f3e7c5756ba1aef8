package io.steelyard.control;

import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.probe.Target;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different between two views: what has not changed costs a look, and nothing after that.
 *
 * @param pools those of the next view that are not as they were
 * @param servers those of the next view that are not as they were, or are asked otherwise
 * @param gone servers that are no more
 * @param names of all pools of the next view
 */
record Changes(List<Pool> pools, List<Touched> servers, Set<ServerId> gone, Set<String> names) {
  /** A server that is new ({@code former} is null), or that something has changed of. */
  record Touched(PoolConfig pool, ServerConfig config, Server server, Server former) {
    boolean isNew() {
      return former == null;
    }

    /** Whether it is where it was. */
    boolean samePlace() {
      return !isNew() && former.address().equals(server.address());
    }
  }

  static Changes between(View former, View next) {
    Map<String, Integer> known = new HashMap<>();
    former.config().pools().forEach(pool -> known.put(pool.name(), known.size()));
    Changes changes =
        new Changes(new ArrayList<>(), new ArrayList<>(), new HashSet<>(), new HashSet<>());
    boolean samePlaces = former.elsewhere().equals(next.elsewhere());
    for (int p = 0; p < next.config().pools().size(); p++) {
      PoolConfig config = next.config().pools().get(p);
      changes.names.add(config.name());
      Integer before = known.remove(config.name());
      PoolConfig formerConfig = before == null ? null : former.config().pools().get(before);
      Pool formerPool = before == null ? null : former.snapshot().pools().get(before);
      boolean asked =
          before != null
              && samePlaces
              && config.health().equals(formerConfig.health())
              && config.upstream().equals(formerConfig.upstream())
              && config.load().equals(formerConfig.load());
      changes.compare(
          config,
          next.snapshot().pools().get(p),
          new FormerServers(formerConfig, formerPool),
          asked && next.snapshot().pools().get(p).equals(formerPool),
          asked);
    }
    known.values().forEach(p -> former.snapshot().pools().get(p).servers().forEach(changes::lose));
    return changes;
  }

  private void compare(
      PoolConfig config, Pool pool, FormerServers former, boolean samePool, boolean asked) {
    for (int s = 0; s < pool.servers().size(); s++) {
      Server server = pool.servers().get(s);
      ServerConfig serverConfig = config.servers().get(s);
      boolean known = former.find(server.name());
      boolean same =
          known && asked && former.server().equals(server) && former.config().equals(serverConfig);
      if (!same) {
        servers.add(new Touched(config, serverConfig, server, known ? former.server() : null));
      }
    }
    if (!samePool) {
      pools.add(pool);
      former.others().forEach(this::lose);
    }
  }

  private void lose(Server server) {
    gone.add(server.state().id());
  }

  /** The servers whose checks may have to end, or to be others. */
  List<ServerId> checks() {
    List<ServerId> checks = new ArrayList<>(gone);
    servers.forEach(touched -> checks.add(touched.server().state().id()));
    return checks;
  }

  /** Those of {@code next} that are checked and may not have been, or not like this. */
  List<Target> targets(View next) {
    return servers.stream()
        .filter(touched -> touched.pool().health().isPresent())
        .map(touched -> next.target(touched.pool(), touched.config(), touched.server()))
        .toList();
  }
}
