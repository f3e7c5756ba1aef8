package io.steelyard.proxy;

import io.steelyard.core.route.AccessRule;
import io.steelyard.core.route.Action;
import io.steelyard.core.route.Action.Share;
import io.steelyard.core.route.Route;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.wire.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The routes of a listener with what a loop needs for each, made ready when a snapshot comes. Loop
 * thread only; allocates nothing per request, but see {@link ForwardedClient}.
 */
final class ListenerRoutes {
  private final RouteTable table;
  private final LoopRoute[] routes;

  /** Null: everybody is served. */
  private final AccessRule access;

  private final TrustedProxies trusted;
  private final HeadAsked asked;
  private final byte[][] ownCookies;
  private final String ownLines;

  /** Scratch memory. */
  private final byte[] scratch;

  ListenerRoutes(ProxyLoop ctx, Listener listener, RequestHead head, LoopPool... pools) {
    table = listener.routes();
    String hsts = listener.policy().hsts();
    List<Route> all = table.routes();
    routes = new LoopRoute[all.size()];
    for (int i = 0; i < routes.length; i++) {
      routes[i] = LoopRoute.of(i, all.get(i), hsts, pools);
    }
    AccessRule rule = listener.policy().access();
    access = rule.equals(AccessRule.NONE) ? null : rule;
    trusted = listener.trustedProxies();
    asked = new HeadAsked(head);
    ownCookies = ownCookies(all, pools);
    ownLines = HeaderLines.hsts(hsts);
    scratch = ctx.out();
  }

  private static byte[][] ownCookies(List<Route> routes, LoopPool... pools) {
    return routes.stream()
        .flatMap(ListenerRoutes::pools)
        .map(pool -> pools[pool].sessions())
        .filter(Objects::nonNull)
        .map(Sessions::ownCookie)
        .filter(Objects::nonNull)
        .map(name -> new String(name, StandardCharsets.US_ASCII))
        .distinct()
        .map(name -> name.getBytes(StandardCharsets.US_ASCII))
        .toArray(byte[][]::new);
  }

  private static Stream<Integer> pools(Route route) {
    return route.action() instanceof Action.Pools(List<Share> shares)
        ? shares.stream().map(Share::pool)
        : Stream.of();
  }

  /**
   * The route for the request whose head was parsed last; one that refuses where there is none.
   *
   * @param who its client
   */
  LoopRoute of(RequestHead head, byte[] in, ClientIdentity who) {
    if (access != null && !access.serves(client(head, who))) {
      return LoopRoute.DENIED;
    }
    int index =
        table.match(in, head.hostFrom(), head.hostTo(), head.pathFrom(), head.pathTo(), asked);
    if (index == RouteTable.NONE) {
      return LoopRoute.NOT_FOUND;
    }
    LoopRoute route = routes[index];
    return route.access() == null || route.access().serves(client(head, who))
        ? route
        : LoopRoute.forbidden(index);
  }

  private byte[] client(RequestHead head, ClientIdentity who) {
    return who.forwarding().trusted()
        ? ForwardedClient.of(head, who.addressBytes(), trusted, scratch)
        : who.addressBytes();
  }

  /** Cookies that servers are not to see. */
  byte[][] ownCookies() {
    return ownCookies;
  }

  /** Whole lines that the balancer's own answers have. */
  String ownLines() {
    return ownLines;
  }
}
