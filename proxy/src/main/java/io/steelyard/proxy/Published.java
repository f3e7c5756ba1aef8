package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Balancers;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.util.List;
import java.util.function.Supplier;

/** A snapshot with what is computed from it once for all loops: the balancers' tables. */
record Published(Snapshot snapshot, List<Supplier<Balancer>> balancers) {
  static Published of(Snapshot snapshot) {
    return new Published(snapshot, snapshot.pools().stream().map(Published::balancer).toList());
  }

  private static Supplier<Balancer> balancer(Pool pool) {
    List<Server> servers = pool.servers();
    boolean[] backup = new boolean[servers.size()];
    int[] weights = new int[servers.size()];
    for (int i = 0; i < backup.length; i++) {
      backup[i] = servers.get(i).backup();
      weights[i] = servers.get(i).weight();
    }
    return Balancers.perLoop(
        pool.balance(), servers.stream().map(Server::name).toList(), weights, backup);
  }
}
