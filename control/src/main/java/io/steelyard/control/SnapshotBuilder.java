package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.ListenerConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.RouteConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.route.Route;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the snapshot of a configuration. Servers that the snapshot before knew by the same name in
 * the same pool keep their state; nothing of that state is changed here, since the new snapshot may
 * still be refused. Listeners, pools and servers come in the configuration's order.
 */
final class SnapshotBuilder {
  private final Resolver resolver;
  private final int loops;
  private final List<String> errors = new ArrayList<>();

  private SnapshotBuilder(Resolver resolver, int loops) {
    this.resolver = resolver;
    this.loops = loops;
  }

  /**
   * Takes addresses from the resolver.
   *
   * @throws RefusedException naming everything whose name is not known, or whose sockets overlap
   */
  static Snapshot build(
      Config config, Snapshot previous, long revision, int loops, Resolver resolver)
      throws RefusedException {
    return new SnapshotBuilder(resolver, loops).build(config, previous, revision);
  }

  private Snapshot build(Config config, Snapshot previous, long revision) throws RefusedException {
    Map<ServerId, ServerState> known = states(previous);
    List<Pool> pools = config.pools().stream().map(p -> pool(p, known)).toList();
    Map<String, Integer> poolIndexes = indexes(config.pools());
    List<Listener> listeners =
        config.listeners().stream().map(l -> listener(l, poolIndexes)).toList();
    SocketAddress admin = resolve(config.admin().address(), "admin");
    if (!errors.isEmpty()) {
      throw new RefusedException(errors);
    }
    Snapshot snapshot = new Snapshot(revision, listeners, pools);
    List<String> clashes = Clashes.of(config, snapshot, admin);
    if (!clashes.isEmpty()) {
      throw new RefusedException(clashes);
    }
    return snapshot;
  }

  private Pool pool(PoolConfig pool, Map<ServerId, ServerState> known) {
    List<Server> servers = pool.servers().stream().map(s -> server(pool, s, known)).toList();
    return new Pool(pool.name(), pool.balance(), servers, pool.timeouts(), pool.limits());
  }

  private Server server(PoolConfig pool, ServerConfig server, Map<ServerId, ServerState> known) {
    ServerId id = new ServerId(pool.name(), server.name());
    ServerState state = known.get(id);
    return new Server(
        server.name(),
        resolve(server.address(), "pool " + pool.name() + " server " + server.name()),
        server.weight(),
        server.maxConnections(),
        server.backup(),
        state != null ? state : new ServerState(id, loops, unknown(pool)));
  }

  private static Standing unknown(PoolConfig pool) {
    return new Standing(Wish.SERVE, Limits.of(pool).unknown());
  }

  private Listener listener(ListenerConfig listener, Map<String, Integer> poolIndexes) {
    List<Route> routes =
        listener.routes().stream().map(r -> route(r, poolIndexes.get(r.pool()))).toList();
    return new Listener(
        listener.name(),
        resolve(listener.address(), "listener " + listener.name()),
        listener.protocol(),
        listener.accessLog(),
        listener.trustedProxies(),
        new RouteTable(routes),
        listener.timeouts(),
        listener.limits());
  }

  private static Route route(RouteConfig route, int pool) {
    return new Route(route.host(), route.path(), pool);
  }

  private SocketAddress resolve(Address address, String whose) {
    SocketAddress resolved = resolver.resolve(address);
    if (resolved == null) {
      errors.add(whose + ": looking up the name in " + address + " took too long");
    } else if (resolved instanceof InetSocketAddress inet && inet.isUnresolved()) {
      errors.add(whose + ": the name in " + address + " is not known to this machine's resolver");
    }
    return resolved;
  }

  private static Map<ServerId, ServerState> states(Snapshot snapshot) {
    Map<ServerId, ServerState> states = new HashMap<>();
    snapshot.pools().forEach(p -> p.servers().forEach(s -> states.put(s.state().id(), s.state())));
    return states;
  }

  private static Map<String, Integer> indexes(List<PoolConfig> pools) {
    Map<String, Integer> indexes = new HashMap<>();
    pools.forEach(p -> indexes.put(p.name(), indexes.size()));
    return indexes;
  }

  /** How many results make a verdict; a pool without checks never gets one. */
  record Limits(int rise, int fall) {
    static Limits of(PoolConfig pool) {
      return pool.health().map(h -> new Limits(h.rise(), h.fall())).orElse(new Limits(1, 1));
    }

    Health unknown() {
      return Health.unknown(rise, fall);
    }
  }
}
