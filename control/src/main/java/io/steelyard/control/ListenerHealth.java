package io.steelyard.control;

import io.steelyard.core.route.Action;
import io.steelyard.core.route.Action.Share;
import io.steelyard.core.route.Route;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Whether what listens on an address has anybody who answers. */
final class ListenerHealth {
  private ListenerHealth() {}

  /**
   * Whether each listener on one of these addresses, or on all of a host's, has a pool with a
   * server that takes new requests. True if nothing listens there.
   */
  static boolean serves(Snapshot snapshot, List<InetAddress> addresses) {
    for (Listener listener : snapshot.listeners()) {
      if (isOn(listener, addresses) && !serves(snapshot, listener)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOn(Listener listener, List<InetAddress> addresses) {
    return listener.address() instanceof InetSocketAddress inet
        && (inet.getAddress().isAnyLocalAddress() || addresses.contains(inet.getAddress()));
  }

  private static boolean serves(Snapshot snapshot, Listener listener) {
    List<Route> routes = listener.routes().routes();
    boolean onlyItself = true;
    for (Route route : routes) {
      onlyItself &= !(route.action() instanceof Action.Pools);
      if (serves(snapshot, route)) {
        return true;
      }
    }
    return onlyItself;
  }

  /** What the balancer answers by itself it answers always: that says nothing of others. */
  private static boolean serves(Snapshot snapshot, Route route) {
    if (route.action() instanceof Action.Pools(List<Share> shares)) {
      for (Share share : shares) {
        if (share.weight() > 0 && takesNew(snapshot.pools().get(share.pool()))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean takesNew(Pool pool) {
    for (Server server : pool.servers()) {
      ServerState state = server.state();
      if (server.weight() > 0 && state.standing().takesNew()) {
        return true;
      }
    }
    return false;
  }
}
