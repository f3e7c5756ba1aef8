package io.steelyard.proxy;

import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.net.tls.TlsServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A snapshot with what is worked out of it before the loops see it, so that they have next to
 * nothing to do: balancers' tables, views, whose connections go on.
 *
 * @param pools in the snapshot's order; that of an unchanged pool is the former one
 * @param removed the former ones of pools that are no more
 * @param tls how listeners that do speak TLS
 */
record Published(
    Snapshot snapshot,
    List<PreparedPool> pools,
    List<PreparedPool> removed,
    Map<String, TlsServer> tls) {
  static final Published NOTHING = new Published(Snapshot.EMPTY, List.of(), List.of(), Map.of());

  /** What follows this, for these loops. Any thread but a loop's. */
  Published next(
      Snapshot next,
      Map<String, TlsServer> tlsOfNext,
      List<ProxyLoop> loops,
      RandomGenerator random) {
    Map<String, PreparedPool> former = new HashMap<>();
    pools.forEach(prepared -> former.put(prepared.pool().name(), prepared));
    List<PreparedPool> prepared = new ArrayList<>();
    for (Pool pool : next.pools()) {
      PreparedPool before = former.remove(pool.name());
      boolean same = before != null && before.pool().equals(pool);
      prepared.add(same ? before : PreparedPool.of(pool, before, loops, random));
    }
    return new Published(next, prepared, List.copyOf(former.values()), tlsOfNext);
  }
}
