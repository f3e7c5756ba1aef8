package io.steelyard.proxy;

import io.steelyard.core.balance.Algorithm;
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
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One listener "web" and one pool "app", to be changed and published again. */
final class Setup {
  int loops = 1;
  String listenerName = "web";
  SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  Protocol protocol = Protocol.HTTP;
  AccessLog accessLog = AccessLog.NONE;
  Optional<Path> accessLogFile = Optional.empty();
  TrustedProxies proxyProtocol = TrustedProxies.NONE;
  TrustedProxies trusted = TrustedProxies.NONE;
  Optional<TlsTerms> tls = Optional.empty();
  ListenerTimeouts timeouts = ListenerTimeouts.DEFAULT;
  ListenerLimits limits = ListenerLimits.DEFAULT;
  ListenerPolicy policy = ListenerPolicy.NONE;
  List<Route> routes = List.of(new Route("", "", 0));
  Algorithm balance = Algorithm.ROUND_ROBIN;
  HashKey hashKey = HashKey.ADDRESS;
  LoadReporting reporting = LoadReporting.NONE;
  Sticky sticky = Sticky.NONE;
  int sessionsMax = Snapshot.SESSIONS_MAX_DEFAULT;
  PoolTimeouts poolTimeouts = PoolTimeouts.DEFAULT;
  PoolLimits poolLimits = PoolLimits.DEFAULT;
  PassiveHealth passive = PassiveHealth.NONE;
  Upstream upstream = Upstream.PLAIN;
  final List<Server> servers = new ArrayList<>();
  final Map<String, ServerState> states = new HashMap<>();
  private PoolState poolState;
  private long revision;

  Setup server(ScriptedServer server) {
    return server("s" + servers.size(), server.address(), 1, 0);
  }

  Setup server(String name, SocketAddress at, int weight, int maxConnections) {
    servers.add(new Server(name, at, weight, maxConnections, false, "", state(name)));
    return this;
  }

  ServerState state(String name) {
    return states.computeIfAbsent(
        name,
        n ->
            new ServerState(
                new ServerId("app", n),
                poolState(),
                new Standing(Wish.SERVE, Health.unknown(2, 3))));
  }

  /** Made when it is asked for first: the number of loops is known then. */
  PoolState poolState() {
    if (poolState == null) {
      poolState = new PoolState("app", loops);
    }
    return poolState;
  }

  /** The limits by default but for these. */
  static PoolLimits limits(int retries, int queue) {
    PoolLimits d = PoolLimits.DEFAULT;
    return new PoolLimits(
        d.idleConnections(), retries, d.retryBudget(), d.retriesMin(), false, 0, false, queue);
  }

  /** What the probes would say. */
  void down(String name) {
    state(name).standing(new Standing(Wish.SERVE, Health.unknown(2, 3).failed()));
  }

  /** Secrets that begin with these bytes. */
  static Keyring keys(int... firsts) {
    return Keyring.of(
        Arrays.stream(firsts)
            .mapToObj(first -> {
              byte[] secret = new byte[Keyring.SECRET_BYTES_MIN];
              secret[0] = (byte) first;
              return secret;
            })
            .toList());
  }

  Listener listener() {
    return new Listener(
        listenerName,
        address,
        protocol,
        accessLog,
        trusted,
        proxyProtocol,
        tls,
        new RouteTable(routes),
        timeouts,
        limits,
        policy);
  }

  Snapshot snapshot() {
    return snapshot(List.of(listener()));
  }

  Snapshot snapshot(List<Listener> listeners) {
    return snapshot(listeners, List.of(pool("app", servers)));
  }

  Snapshot snapshot(List<Listener> listeners, List<Pool> pools) {
    return new Snapshot(++revision, listeners, pools, sessionsMax);
  }

  Pool pool(String name, List<Server> members) {
    return new Pool(
        name,
        new Balancing(balance, hashKey, 0, "", Duration.ZERO, 0),
        members,
        poolTimeouts,
        poolLimits,
        passive,
        HoldDown.NONE,
        reporting,
        sticky,
        upstream,
        poolState());
  }
}
