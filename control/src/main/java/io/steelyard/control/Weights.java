package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The weights that the operator gave servers in place of the configured ones. */
record Weights(Map<ServerId, Given> given) {
  static final Weights NONE = new Weights(Map.of());

  /** A weight, and the configured one whose place it takes. */
  record Given(int weight, int configured) {}

  Weights {
    given = Map.copyOf(given);
  }

  /** These, with another weight for one server that {@code config} has; empty: the configured. */
  Weights with(Config config, ServerId server, OptionalInt weight) {
    Map<ServerId, Given> next = new HashMap<>(given);
    next.remove(server);
    Integer configured = configured(config).get(server);
    if (weight.isPresent() && configured != null) {
      next.put(server, new Given(weight.getAsInt(), configured));
    }
    return new Weights(next);
  }

  /** Those that still hold: of servers that are there and whose configured weight is the same. */
  Weights under(Config config) {
    if (given.isEmpty()) {
      return this;
    }
    Map<ServerId, Integer> configured = configured(config);
    Map<ServerId, Given> next = new HashMap<>(given);
    next.entrySet()
        .removeIf(
            e -> !Integer.valueOf(e.getValue().configured()).equals(configured.get(e.getKey())));
    return new Weights(next);
  }

  /** The snapshot with these weights; servers without one keep theirs. */
  Snapshot in(Snapshot snapshot) {
    if (given.isEmpty()) {
      return snapshot;
    }
    return snapshot.with(snapshot.revision(), snapshot.pools().stream().map(this::in).toList());
  }

  private Pool in(Pool pool) {
    List<Server> servers =
        pool.servers().stream().map(s -> weighed(s, given.get(s.state().id()))).toList();
    return withServers(pool, servers);
  }

  private static Server weighed(Server server, Given given) {
    return given == null ? server : withWeight(server, given.weight());
  }

  private static Server withWeight(Server server, int weight) {
    return new Server(
        server.name(),
        server.address(),
        weight,
        server.maxConnections(),
        server.backup(),
        server.zone(),
        server.state());
  }

  private static Pool withServers(Pool pool, List<Server> servers) {
    return new Pool(
        pool.name(),
        pool.balancing(),
        servers,
        pool.timeouts(),
        pool.limits(),
        pool.passive(),
        pool.holdDown(),
        pool.reporting(),
        pool.sticky(),
        pool.upstream(),
        pool.state());
  }

  /** The snapshot that follows {@code view}'s, with these weights and a new revision. */
  Snapshot after(View view) {
    Map<ServerId, Integer> configured = configured(view.config());
    List<Pool> pools =
        view.snapshot().pools().stream()
            .map(p ->
                withServers(
                    p,
                    p.servers().stream()
                        .map(s -> withWeight(s, configured.get(s.state().id())))
                        .toList()))
            .toList();
    return in(view.snapshot().with(view.snapshot().revision() + 1, pools));
  }

  private static Map<ServerId, Integer> configured(Config config) {
    Map<ServerId, Integer> weights = new HashMap<>();
    for (PoolConfig pool : config.pools()) {
      for (ServerConfig server : pool.servers()) {
        weights.put(new ServerId(pool.name(), server.name()), server.weight());
      }
    }
    return weights;
  }
}
