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
    List<Watched> order = new ArrayList<>(next.size());
    List<Watched> passed = new ArrayList<>();
    boolean moved = false;
    int at = 0;
    for (Server server : next) {
      if (!isAt(at, server) && isAt(at + 1, server)) {
        passed.add(inOrder.get(at++));
      }
      boolean inPlace = isAt(at, server);
      Watched known = inPlace ? inOrder.get(at++) : byState.get(server.state());
      moved |= !inPlace && known != null;
      order.add(follow(known, server, following));
    }
    passed.addAll(inOrder.subList(at, inOrder.size()));
    inOrder = order;
    forget(passed, moved ? next : List.of());
  }

  private Watched follow(Watched known, Server server, Following following) {
    if (known != null && known.server().address().equals(server.address())) {
      following.stays(known, server);
      return known;
    }
    Watched begun = following.begins(server);
    byState.put(server.state(), begun);
    return begun;
  }

  /** Those that were passed over are gone, but for servers that came at another place. */
  private void forget(List<Watched> passed, List<Server> moved) {
    if (passed.isEmpty()) {
      return;
    }
    IdentityHashMap<ServerState, Boolean> stay = new IdentityHashMap<>(moved.size());
    moved.forEach(server -> stay.put(server.state(), true));
    for (Watched server : passed) {
      if (!stay.containsKey(server.state())) {
        byState.remove(server.state());
      }
    }
  }

  private boolean isAt(int index, Server server) {
    return index < inOrder.size() && inOrder.get(index).state() == server.state();
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
