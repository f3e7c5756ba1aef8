package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What means nothing where there are datagrams and no connections. */
final class UdpRules {
  private UdpRules() {}

  /** Scope of the note of the place where a udp listener names its pool. */
  private record PoolOf(String listener) {}

  /** For a listener. */
  static void check(Fields f, Option<Address> address, Option<?> pool, List<Option<?>> streams) {
    f.find(address)
        .filter(Address.Unix.class::isInstance)
        .ifPresent(_ -> f.at(address).problem("a udp listener has an address of IP"));
    for (Option<?> option : streams) {
      if (f.has(option)) {
        f.at(option).problem("this is for connections, and a udp listener has none");
      }
    }
    if (f.has(pool)) {
      f.section().binding().note(new PoolOf(f.section().key()), f.at(pool));
    }
  }

  /** For the whole document: what a pool says of connections that it does not get. */
  static void check(
      Fields f, Option<List<ListenerConfig>> listeners, Option<List<PoolConfig>> pools) {
    Map<String, PoolConfig> byName = new HashMap<>();
    f.find(pools).orElse(List.of()).forEach(pool -> byName.put(pool.name(), pool));
    for (ListenerConfig listener : f.find(listeners).orElse(List.of())) {
      if (listener.protocol() == Protocol.UDP) {
        listener.routes().stream()
            .flatMap(route -> route.pools().stream())
            .map(byName::get)
            .filter(Objects::nonNull)
            .forEach(pool -> check(f, listener.name(), pool));
      }
    }
  }

  private static void check(Fields f, String listener, PoolConfig pool) {
    if (pool.upstream().announces() != ProxyProtocol.NONE) {
      problem(
          f,
          listener,
          "pool '%s' has 'send-proxy-protocol', which only connections begin with"
              .formatted(pool.name()));
    }
    pool.servers().stream()
        .filter(server -> server.address() instanceof Address.Unix)
        .findFirst()
        .ifPresent(server ->
            problem(
                f,
                listener,
                "server '%s' of pool '%s' has a UNIX socket, and datagrams go to addresses of IP"
                    .formatted(server.name(), pool.name())));
  }

  private static void problem(Fields f, String listener, String text) {
    f.section().binding().noted(new PoolOf(listener)).forEach(at -> at.problem(text));
  }
}
