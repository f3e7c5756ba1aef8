package io.steelyard.core.pool;

import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The servers that a {@link PoolMonitor} watches, in the pool's order, and found by their state. A
 * pool of thousands of which one has changed is followed at the cost of a walk through both.
 */
final class WatchedServers {
  private List<Watched> inOrder = List.of();
  private final IdentityHashMap<ServerState, Watched> byState = new IdentityHashMap<>();

  /** What becomes of the servers of a pool that is configured anew. */
  interface Following {
    /** It stays. */
    void stays(Watched known, Server next);

    /** It is new, or somewhere else. */
    Watched begins(Server next);
  }

  /** From now on it is these. */
  void follow(List<Server> next, Following following) {
    int former = inOrder.size();
    List<Watched> order = new ArrayList<>(next.size());
    int at = 0;
    int stay = 0;
    for (Server server : next) {
      // One that is gone is stepped over.
      at += !isAt(at, server) && isAt(at + 1, server) ? 1 : 0;
      Watched known = isAt(at, server) ? inOrder.get(at++) : byState.get(server.state());
      boolean isSame = known != null && known.server().address().equals(server.address());
      if (isSame) {
        following.stays(known, server);
        stay++;
        order.add(known);
      } else {
        Watched begun = following.begins(server);
        byState.put(server.state(), begun);
        stay += known == null ? 0 : 1;
        order.add(begun);
      }
    }
    inOrder = order;
    if (stay < former) {
      forgetOthers(next);
    }
  }

  private boolean isAt(int index, Server server) {
    return index < inOrder.size() && inOrder.get(index).state() == server.state();
  }

  private void forgetOthers(List<Server> next) {
    IdentityHashMap<ServerState, Boolean> stay = new IdentityHashMap<>(next.size());
    next.forEach(server -> stay.put(server.state(), true));
    byState.keySet().removeIf(state -> !stay.containsKey(state));
  }

  /** Null if it is not (any more) one of them. */
  Watched of(ServerState state) {
    return byState.get(state);
  }

  /** In the pool's order. */
  Collection<Watched> all() {
    return Collections.unmodifiableList(inOrder);
  }
}
