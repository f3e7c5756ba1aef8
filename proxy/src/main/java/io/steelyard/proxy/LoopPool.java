package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Candidates;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;

/** A pool as one loop sees it, for the life of one snapshot. Loop thread only. */
final class LoopPool implements Candidates {
  private final ProxyLoop ctx;
  private final Pool pool;
  private final Balancer balancer;
  private final PoolCounters counters;
  private final LoopServer[] servers;
  private Tried tried;

  LoopPool(ProxyLoop ctx, Pool pool, Balancer balancer, LoopServer[] servers) {
    this.ctx = ctx;
    this.pool = pool;
    this.balancer = balancer;
    this.counters = ctx.counters().pool(pool.name());
    this.servers = servers;
  }

  Pool pool() {
    return pool;
  }

  PoolCounters counters() {
    return counters;
  }

  /** The servers that an exchange has tried in vain: few. */
  static final class Tried {
    private int[] indexes = new int[4];
    private int count;

    void clear() {
      count = 0;
    }

    boolean isEmpty() {
      return count == 0;
    }

    void add(int index) {
      if (count == indexes.length) {
        indexes = java.util.Arrays.copyOf(indexes, 2 * count);
      }
      indexes[count++] = index;
    }

    boolean contains(int index) {
      for (int i = 0; i < count; i++) {
        if (indexes[i] == index) {
          return true;
        }
      }
      return false;
    }
  }

  /** The index of the server that a request goes to, or {@link Balancer#NONE}. */
  int pick(long key, Tried triedInVain) {
    tried = triedInVain;
    return balancer.pick(this, key, ctx.random());
  }

  LoopServer server(int index) {
    return servers[index];
  }

  /** Why nothing could be picked, for the log and the client. */
  String whyNone() {
    boolean anyUp = false;
    for (LoopServer s : servers) {
      anyUp |= s.state().standing().takesNew();
    }
    return servers.length == 0
        ? "the pool has no server"
        : anyUp ? "all servers are full or were tried" : "all servers are down";
  }

  @Override
  public int size() {
    return servers.length;
  }

  @Override
  public boolean usable(int i) {
    LoopServer s = servers[i];
    if (!s.state().standing().takesNew() || (!tried.isEmpty() && tried.contains(i))) {
      return false;
    }
    Server server = s.server();
    return server.maxConnections() == 0 || s.state().inFlight() < server.maxConnections();
  }

  @Override
  public int weight(int i) {
    return servers[i].server().weight();
  }

  @Override
  public int load(int i) {
    return servers[i].state().inFlight();
  }
}
