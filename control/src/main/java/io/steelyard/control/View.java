package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.LoadConfig.Source;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.check.Question;
import io.steelyard.control.load.LoadTarget;
import io.steelyard.control.load.LoadTarget.Question.Agent;
import io.steelyard.control.load.LoadTarget.Question.Orca;
import io.steelyard.control.probe.Target;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ProxyProtocol;
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

  /** Before the first configuration. */
  static final View NOTHING =
      new View(new Config("", List.of(), List.of(), AdminConfig.DEFAULT), Snapshot.EMPTY, Map.of());

  /** Whether who serves this has nothing to change for {@code next}. */
  boolean serves(View next) {
    return snapshot.revision() > 0
        && config.equals(next.config)
        && elsewhere.equals(next.elsewhere)
        && addresses().equals(next.addresses())
        && snapshot.pools().equals(next.snapshot.pools());
  }

  private List<SocketAddress> addresses() {
    return snapshot.listeners().stream().map(Listener::address).toList();
  }

  /** The servers that are asked for their load. */
  List<LoadTarget> loadTargets() {
    List<LoadTarget> targets = new ArrayList<>();
    for (int p = 0; p < config.pools().size(); p++) {
      PoolConfig pool = config.pools().get(p);
      List<Server> servers = snapshot.pools().get(p).servers();
      for (int s = 0; s < servers.size() && pool.load().isPresent(); s++) {
        ServerConfig server = pool.servers().get(s);
        loadTarget(pool, server, servers.get(s)).ifPresent(targets::add);
      }
    }
    return targets;
  }

  private Optional<LoadTarget> loadTarget(PoolConfig pool, ServerConfig config, Server server) {
    LoadConfig load = pool.load().orElseThrow();
    return switch (load.source()) {
      case Source.InResponse() -> Optional.empty();
      case Source.Agent(Endpoint endpoint) ->
          Optional.of(
              new LoadTarget(
                  server.state(),
                  new Agent(),
                  place(endpoint, server),
                  load.interval(),
                  load.expire(),
                  announces(pool, endpoint)));
      case Source.Http(String path) ->
          Optional.of(
              new LoadTarget(
                  server.state(),
                  new Orca(path, host(config.address()), load.metric()),
                  server.address(),
                  load.interval(),
                  load.expire(),
                  pool.upstream().announces()));
    };
  }

  /** What is asked elsewhere is another program, which takes no such beginning. */
  private static ProxyProtocol announces(PoolConfig pool, Endpoint endpoint) {
    return endpoint instanceof Endpoint.Same ? pool.upstream().announces() : ProxyProtocol.NONE;
  }

  /** The same configuration, served by another snapshot. */
  View with(Snapshot next) {
    return new View(config, next, elsewhere);
  }

  /** Whether every server that is checked has had its first verdict. */
  boolean checked() {
    for (int p = 0; p < config.pools().size(); p++) {
      boolean known =
          config.pools().get(p).health().isEmpty()
              || snapshot.pools().get(p).servers().stream()
                  .allMatch(s -> s.state().standing().probed().known());
      if (!known) {
        return false;
      }
    }
    return true;
  }

  /** The state of a server; empty when there is none of that name. */
  Optional<ServerState> state(ServerId id) {
    return snapshot.pools().stream()
        .flatMap(p -> p.servers().stream())
        .map(Server::state)
        .filter(s -> s.id().equals(id))
        .findFirst();
  }

  /** How a server is checked. */
  Target target(PoolConfig pool, ServerConfig config, Server server) {
    HealthConfig health = pool.health().orElseThrow();
    return new Target(
        server.state(),
        new Question(
            health.check(),
            place(health.endpoint(), server),
            host(health.endpoint().of(config.address())),
            health.timeout(),
            announces(pool, health.endpoint())),
        health.interval(),
        health.fastInterval());
  }

  /** Where a server is asked how it is; resolved. */
  SocketAddress place(Endpoint endpoint, Server server) {
    if (endpoint instanceof Endpoint.At(Address address)) {
      return elsewhere.get(address);
    }
    return endpoint instanceof Endpoint.Port(int port)
            && server.address() instanceof InetSocketAddress inet
        ? new InetSocketAddress(inet.getAddress(), port)
        : server.address();
  }

  private static String host(Address address) {
    return address instanceof Address.Tcp tcp ? tcp.toString() : "localhost";
  }
}
