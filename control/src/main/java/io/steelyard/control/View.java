package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.probe.Target;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration and the snapshot that was made of it; pools and servers of both come in the same
 * order.
 *
 * @param elsewhere the resolved addresses of every {@link Endpoint.At}
 */
record View(Config config, Snapshot snapshot, Map<Address, SocketAddress> elsewhere) {
  View {
    elsewhere = Map.copyOf(elsewhere);
  }

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

  private Target target(HealthConfig health, ServerConfig config, Server server) {
    return new Target(
        server.state(),
        place(health.endpoint(), server),
        host(health.endpoint().of(config.address())),
        health.check(),
        health.interval(),
        health.timeout());
  }

  /** Where a server is asked how it is; resolved. */
  SocketAddress place(Endpoint endpoint, Server server) {
    return switch (endpoint) {
      case Endpoint.Same() -> server.address();
      case Endpoint.At(Address address) -> elsewhere.get(address);
      case Endpoint.Port(int port) ->
          server.address() instanceof InetSocketAddress inet
              ? new InetSocketAddress(inet.getAddress(), port)
              : server.address();
    };
  }

  private static String host(Address address) {
    return switch (address) {
      case Address.Tcp tcp -> tcp.toString();
      case Address.Unix _ -> "localhost";
    };
  }
}
