package io.steelyard.control;

import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.ServerOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The servers of a pool as it was, looked for by name one after the other, best in the same order.
 */
final class FormerServers {
  private final List<ServerConfig> configs;
  private final List<Server> servers;
  private final ServerOrder order;
  private final BitSet found = new BitSet();
  private int at = ServerOrder.NONE;

  /** Both of the same pool; null if it was not there. */
  FormerServers(PoolConfig config, Pool pool) {
    this.configs = config == null ? List.of() : config.servers();
    this.servers = pool == null ? List.of() : pool.servers();
    this.order = new ServerOrder(servers);
  }

  /** Goes to the server of that name; whether there was one. */
  boolean find(String name) {
    at = order.indexOf(name);
    if (at != ServerOrder.NONE) {
      found.set(at);
    }
    return at != ServerOrder.NONE;
  }

  /** The one that was found last, as it was configured. */
  ServerConfig config() {
    return configs.get(at);
  }

  /** The one that was found last. */
  Server server() {
    return servers.get(at);
  }

  /** Those that nobody has looked for. */
  List<Server> others() {
    List<Server> others = new ArrayList<>();
    for (int i = found.nextClearBit(0); i < servers.size(); i = found.nextClearBit(i + 1)) {
      others.add(servers.get(i));
    }
    return others;
  }
}
