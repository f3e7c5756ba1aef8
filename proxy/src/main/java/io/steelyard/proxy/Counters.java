package io.steelyard.proxy;

import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.Snapshot;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What one loop counts, by name: a counter that went back at a reload would look like a restart.
 * What has been in no snapshot for a while, and is idle, is forgotten. Loop thread only.
 */
final class Counters {
  /** How long the counters of what is gone are still told: scrapes are far closer together. */
  static final long KEPT_NS = TimeUnit.MINUTES.toNanos(10);

  private final Map<ServerId, ServerCounters> servers = new HashMap<>();

  /** Of {@code servers}, so that not all have to be looked at. */
  private final Set<ServerId> goneServers = new HashSet<>();

  private final Map<String, PoolCounters> pools = new HashMap<>();
  private final Map<String, ListenerCounters> listeners = new HashMap<>();
  private final BitSet slots = new BitSet();

  /** The counters of a server that is in the snapshot from now on. */
  ServerCounters server(ServerId id) {
    goneServers.remove(id);
    ServerCounters counters = servers.computeIfAbsent(id, i -> new ServerCounters());
    counters.tenure.follow(true, 0);
    return counters;
  }

  /** It is in no snapshot from now on, unless it is begun again. */
  void serverGone(ServerId id, long nowNs) {
    servers.get(id).tenure.follow(false, nowNs);
    goneServers.add(id);
  }

  PoolCounters pool(String name) {
    return pools.computeIfAbsent(name, n -> new PoolCounters());
  }

  ListenerCounters listener(String name) {
    return listeners.computeIfAbsent(
        name,
        n -> {
          int slot = slots.nextClearBit(0);
          slots.set(slot);
          return new ListenerCounters(n, slot);
        });
  }

  Map<ServerId, ServerCounters> servers() {
    return servers;
  }

  Map<String, PoolCounters> pools() {
    return pools;
  }

  Collection<ListenerCounters> listeners() {
    return listeners.values();
  }

  /** Notes which pools are in the snapshot. */
  void followPools(Snapshot snapshot, long nowNs) {
    Set<String> names = new HashSet<>();
    snapshot.pools().forEach(pool -> names.add(pool.name()));
    pools.forEach((name, c) -> c.tenure.follow(names.contains(name), nowNs));
  }

  /** Notes which listeners accept, or have connections. */
  void followListeners(Set<String> present, long nowNs) {
    listeners.forEach((name, c) -> c.tenure.follow(present.contains(name), nowNs));
  }

  /** Drops what has been gone for {@code keptNs} and is idle. */
  void forget(long nowNs, long keptNs) {
    goneServers.removeIf(id -> forget(id, nowNs, keptNs));
    pools.values().removeIf(c -> c.inFlight == 0 && c.tenure.over(nowNs, keptNs));
    for (Iterator<ListenerCounters> i = listeners.values().iterator(); i.hasNext(); ) {
      ListenerCounters c = i.next();
      if (c.tenure.over(nowNs, keptNs)) {
        i.remove();
        slots.clear(c.slot());
        servers.values().forEach(s -> s.responses.forget(c.slot()));
        pools.values().forEach(p -> p.responses.forget(c.slot()));
      } else if (c.udp != null) {
        c.udp.traffic.keySet().retainAll(servers.keySet());
      }
    }
  }

  private boolean forget(ServerId id, long nowNs, long keptNs) {
    ServerCounters counters = servers.get(id);
    boolean over = counters.inFlight == 0 && counters.tenure.over(nowNs, keptNs);
    if (over) {
      servers.remove(id);
    }
    return over;
  }
}
