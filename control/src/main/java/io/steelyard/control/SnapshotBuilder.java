package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.ListenerConfig;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.config.StickyConfig;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.route.Route;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes the snapshot of a configuration, and finds the other places that it asks servers at.
 * Servers that the view before knew by the same name in the same pool keep their state; nothing of
 * that state is changed here, since the new snapshot may still be refused. Listeners, pools and
 * servers come in the configuration's order.
 */
final class SnapshotBuilder {
  private static final int NONE = -1;

  private final Resolver resolver;
  private final int loops;
  private final Supplier<Keyring> ownKeys;
  private final List<String> errors = new ArrayList<>();
  private final Map<Address, SocketAddress> elsewhere = new HashMap<>();

  private SnapshotBuilder(Resolver resolver, int loops, Supplier<Keyring> ownKeys) {
    this.resolver = resolver;
    this.loops = loops;
    this.ownKeys = ownKeys;
  }

  /**
   * Takes addresses from the resolver.
   *
   * @param ownKeys sign session cookies when the configuration has no keys
   * @throws RefusedException naming everything whose name is not known, or whose sockets overlap
   */
  static View build(
      Config config,
      View former,
      long revision,
      int loops,
      Resolver resolver,
      Supplier<Keyring> ownKeys)
      throws RefusedException {
    return new SnapshotBuilder(resolver, loops, ownKeys).build(config, former, revision);
  }

  private View build(Config config, View former, long revision) throws RefusedException {
    Map<String, Integer> known = indexes(former.config().pools());
    List<Pool> pools =
        config.pools().stream()
            .map(p -> pool(config, p, former, known.getOrDefault(p.name(), NONE)))
            .toList();
    Map<String, Integer> poolIndexes = indexes(config.pools());
    List<Listener> listeners =
        config.listeners().stream().map(l -> listener(config, l, poolIndexes)).toList();
    config.pools().forEach(this::findPlaces);
    SocketAddress admin = resolve(config.admin().address(), "admin");
    if (!errors.isEmpty()) {
      throw new RefusedException(errors);
    }
    Snapshot snapshot = new Snapshot(revision, listeners, pools, config.state().sessions());
    List<String> clashes = Clashes.of(config, snapshot, admin);
    if (!clashes.isEmpty()) {
      throw new RefusedException(clashes);
    }
    return new View(config, snapshot, elsewhere);
  }

  private Pool pool(Config config, PoolConfig pool, View former, int known) {
    Pool before = known == NONE ? null : former.snapshot().pools().get(known);
    PoolState state = before == null ? new PoolState(pool.name(), loops) : before.state();
    FormerServers servers =
        new FormerServers(known == NONE ? null : former.config().pools().get(known), before);
    return new Pool(
        pool.name(),
        balancing(config, pool),
        pool.servers().stream().map(s -> server(pool, state, s, servers)).toList(),
        pool.timeouts(),
        pool.limits(),
        pool.passive(),
        pool.holdDown(),
        pool.load().map(LoadConfig::reporting).orElse(LoadReporting.NONE),
        sticky(config, pool),
        pool.upstream(),
        state);
  }

  private Sticky sticky(Config config, PoolConfig pool) {
    return pool.sticky()
        .map(sticky ->
            new Sticky(means(sticky.means(), keys(config)), sticky.fallback(), sticky.returns()))
        .orElse(Sticky.NONE);
  }

  private Keyring keys(Config config) {
    return config.state().keys().orElseGet(ownKeys);
  }

  private static Sticky.Means means(StickyConfig.Means means, Keyring keys) {
    return switch (means) {
      case StickyConfig.Means.Cookie(SessionCookie cookie) -> new Sticky.Means.Cookie(cookie, keys);
      case StickyConfig.Means.Keyed(HashKey key, boolean learned, Duration ttl) ->
          new Sticky.Means.Keyed(key, learned, ttl, keys);
    };
  }

  private static Balancing balancing(Config config, PoolConfig pool) {
    return pool.preferZone() ? pool.balancing().inZone(config.zone()) : pool.balancing();
  }

  private void findPlaces(PoolConfig pool) {
    pool.health()
        .map(HealthConfig::endpoint)
        .ifPresent(e -> findPlace(e, "pool " + pool.name() + " health"));
    pool.load()
        .map(LoadConfig::source)
        .ifPresent(source -> {
          if (source instanceof LoadConfig.Source.Agent(Endpoint endpoint)) {
            findPlace(endpoint, "pool " + pool.name() + " agent");
          }
        });
  }

  private void findPlace(Endpoint endpoint, String whose) {
    if (endpoint instanceof Endpoint.At(Address address)) {
      elsewhere.put(address, resolve(address, whose));
    }
  }

  /** The former one itself if nothing of it has changed. */
  private Server server(
      PoolConfig pool, PoolState poolState, ServerConfig server, FormerServers former) {
    if (!former.find(server.name())) {
      ServerId id = new ServerId(pool.name(), server.name());
      SocketAddress address = resolve(pool, server);
      return server(server, address, new ServerState(id, poolState, newcomer(pool)));
    }
    Server before = former.server();
    // What is written out is what it was; a name may stand for something else by now.
    boolean stays =
        former.config().address().equals(server.address()) && !server.address().isName();
    SocketAddress address = stays ? before.address() : resolve(pool, server);
    Server next = server(server, address, before.state());
    return next.equals(before) ? before : next;
  }

  private SocketAddress resolve(PoolConfig pool, ServerConfig server) {
    return resolve(server.address(), "pool " + pool.name() + " server " + server.name());
  }

  private static Server server(ServerConfig server, SocketAddress address, ServerState state) {
    return new Server(
        server.name(),
        address,
        server.weight(),
        server.maxConnections(),
        server.backup(),
        server.zone(),
        state);
  }

  private static Standing newcomer(PoolConfig pool) {
    return new Standing(Wish.SERVE, newcomerHealth(pool));
  }

  /** To be checked before it is used, or never checked and used at once. */
  static Health newcomerHealth(PoolConfig pool) {
    return pool.health()
        .map(h -> Health.awaiting(h.rise(), h.fall()))
        .orElseGet(() -> Health.unknown(1, 1));
  }

  private Listener listener(
      Config config, ListenerConfig listener, Map<String, Integer> poolIndexes) {
    List<Route> routes = listener.routes().stream().map(r -> Routes.of(r, poolIndexes)).toList();
    return new Listener(
        listener.name(),
        resolve(listener.address(), "listener " + listener.name()),
        listener.protocol(),
        listener.accessLog(),
        listener.trustedProxies(),
        listener.proxyProtocol(),
        listener.tls().map(terms -> terms.with(keys(config))),
        new RouteTable(routes),
        listener.timeouts(),
        listener.limits(),
        listener.policy());
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

  private static Map<String, Integer> indexes(List<PoolConfig> pools) {
    Map<String, Integer> indexes = new HashMap<>();
    pools.forEach(p -> indexes.put(p.name(), indexes.size()));
    return indexes;
  }
}
