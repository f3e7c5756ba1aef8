package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.probe.Target;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A configuration and the snapshot that was made of it; pools and servers of both come in the same
 * order.
 */
record View(Config config, Snapshot snapshot) {
  /** The servers that are to be checked. */
  List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (int p = 0; p < config.pools().size(); p++) {
      PoolConfig pool = config.pools().get(p);
      List<Server> servers = snapshot.pools().get(p).servers();
      for (int s = 0; s < servers.size(); s++) {
        if (pool.health().isPresent()) {
          targets.add(target(pool.health().get(), pool.servers().get(s), servers.get(s)));
        }
      }
    }
    return targets;
  }

  /** Whether every server that is checked has had its first verdict. */
  boolean checked() {
    return targets().stream().allMatch(t -> t.state().standing().probed().known());
  }

  /** The state of a server; empty when there is none of that name. */
  Optional<ServerState> state(ServerId id) {
    return snapshot.pools().stream()
        .flatMap(p -> p.servers().stream())
        .map(Server::state)
        .filter(s -> s.id().equals(id))
        .findFirst();
  }

  private static Target target(HealthConfig health, ServerConfig config, Server server) {
    return new Target(
        server.state(),
        server.address(),
        host(config),
        health.check(),
        health.interval(),
        health.timeout());
  }

  private static String host(ServerConfig server) {
    return server.address() instanceof Address.Tcp tcp ? tcp.toString() : "localhost";
  }
}
