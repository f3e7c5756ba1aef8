package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.snapshot.Pool;

/** A pool as one loop sees it, for the life of one snapshot. Loop thread only. */
final class LoopPool {
  private final ProxyLoop ctx;
  private final PoolView view;
  private final LoopServer[] servers;

  LoopPool(ProxyLoop ctx, Pool pool, Balancer balancer, LoopServer[] servers) {
    this.ctx = ctx;
    this.view = new PoolView(pool, balancer);
    this.servers = servers;
  }

  Pool pool() {
    return view.pool();
  }

  /** The index of the server that a request goes to, or {@link Balancer#NONE}. */
  int pick(long key, Tried tried) {
    return view.pick(key, tried, ctx.random(), ctx.loop().nowNs());
  }

  LoopServer server(int index) {
    return servers[index];
  }

  /** Why nothing could be picked, for the log and the client. */
  String whyNone() {
    return view.whyNone().text();
  }
}
