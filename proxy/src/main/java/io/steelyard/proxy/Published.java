package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.PoolBalancers;
import io.steelyard.core.snapshot.Snapshot;
import java.util.List;
import java.util.function.Supplier;

/** A snapshot with what is computed from it once for all loops: the balancers' tables. */
record Published(Snapshot snapshot, List<Supplier<Balancer>> balancers) {
  static Published of(Snapshot snapshot) {
    return new Published(snapshot, snapshot.pools().stream().map(PoolBalancers::perLoop).toList());
  }
}
