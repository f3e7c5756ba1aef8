package io.steelyard.vip;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.vip.link.Link;
import io.steelyard.vip.link.VrrpSocket;
import io.steelyard.vip.link.VrrpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The configured virtual routers, and one socket for each link, version of IP and transport.
 * Changed by the driver's thread; any thread finds one.
 */
final class Routers implements AutoCloseable {
  /** How adverts go; those of several virtual routers may go the same. */
  private record Way(String link, boolean ipv6, VrrpTransport transport) {
    static Way of(VipId id, VipDriverOptions options) {
      return new Way(id.link(), id.ipv6(), options.transport(id));
    }

    static Way of(Router router) {
      VipId id = router.options().id();
      return new Way(id.link(), id.ipv6(), router.transport());
    }
  }

  private final Map<VipId, Router> routers = new ConcurrentHashMap<>();

  /** Of routers that are not configured any more, until they were given up. */
  private final Map<VipId, Router> former = new ConcurrentHashMap<>();

  private Map<Way, VrrpSocket> sockets = Map.of();

  /** Some may not be needed any more. */
  private boolean hasOld;

  Routers(List<VipOptions> configured, VipDriverOptions options) throws IOException {
    follow(configured, options);
  }

  /** All sockets that are needed are opened first; if one cannot be, nothing changes. */
  void follow(List<VipOptions> configured, VipDriverOptions options) throws IOException {
    for (VipOptions router : configured) {
      Adverts.check(router);
    }
    Map<Way, VrrpSocket> next = opened(configured, options);
    Map<VipId, Router> before = new HashMap<>(routers);
    for (VipOptions router : configured) {
      Router known = before.remove(router.id());
      Way way = Way.of(router.id(), options);
      List<VipAddress> taken = known == null ? List.of() : known.taken();
      routers.put(router.id(), new Router(router, next.get(way), way.transport(), taken));
    }
    former.putAll(before);
    routers.keySet().removeAll(before.keySet());
    sockets = next;
    hasOld = true;
  }

  /**
   * Links that another one of the same name has replaced, as when an interface was deleted and made
   * again: from now on the new one is used, and what was taken is gone with the old one.
   *
   * @return the names of those
   */
  Set<String> renew() throws IOException {
    Map<Way, VrrpSocket> next = new LinkedHashMap<>(sockets);
    Set<String> renewed = new LinkedHashSet<>();
    Set<InetAddress> moving = moving(routers.values().stream().map(Router::options).toList());
    try {
      for (Map.Entry<Way, VrrpSocket> open : sockets.entrySet()) {
        Way way = open.getKey();
        if (isReplaced(open.getValue().link())) {
          next.put(way, open(way, moving));
          renewed.add(way.link());
        }
      }
    } catch (IOException | RuntimeException e) {
      closeAllBut(sockets, next);
      throw e;
    }
    closeAllBut(next, sockets);
    sockets = next;
    for (Router router : List.copyOf(routers.values())) {
      if (renewed.contains(router.link().name())) {
        Way way = Way.of(router);
        Router again = new Router(router.options(), next.get(way), way.transport(), List.of());
        routers.put(router.options().id(), again);
      }
    }
    return renewed;
  }

  private static void closeAllBut(Map<Way, VrrpSocket> kept, Map<Way, VrrpSocket> all) {
    all.values().stream().filter(socket -> !kept.containsValue(socket)).forEach(VrrpSocket::close);
  }

  /** One that is not there at the moment is not: nothing could be opened. */
  private static boolean isReplaced(Link link) throws IOException {
    NetworkInterface now = NetworkInterface.getByName(link.name());
    return now != null && now.getIndex() != link.index();
  }

  private static Set<InetAddress> moving(List<VipOptions> configured) {
    return configured.stream()
        .flatMap(router -> router.addresses().stream())
        .map(VipAddress::address)
        .collect(Collectors.toSet());
  }

  /** Those that are open and all that are missing. */
  private Map<Way, VrrpSocket> opened(List<VipOptions> configured, VipDriverOptions options)
      throws IOException {
    Set<InetAddress> moving = moving(configured);
    Map<Way, VrrpSocket> all = new LinkedHashMap<>(sockets);
    try {
      for (VipOptions router : configured) {
        Way way = Way.of(router.id(), options);
        if (!all.containsKey(way)) {
          all.put(way, open(way, moving));
        }
      }
      return all;
    } catch (IOException | RuntimeException e) {
      closeAllBut(sockets, all);
      throw e;
    }
  }

  private static VrrpSocket open(Way way, Set<InetAddress> moving) throws IOException {
    Link link = Link.named(way.link());
    InetAddress source =
        link.source(way.ipv6(), way.transport().peers(), moving)
            .orElseThrow(() ->
                new IOException(
                    way.link()
                        + " has no address of IPv"
                        + (way.ipv6() ? "6" : "4")
                        + " of its own to send adverts from: "
                        + link.addresses()));
    return VrrpSocket.open(link, way.ipv6(), source, way.transport());
  }

  /** Whether this is the socket at which adverts of that virtual router are to arrive. */
  boolean expects(VipId id, VrrpSocket at) {
    Router router = routers.get(id);
    return router != null && router.socket() == at;
  }

  /** Whether what is not meant for this socket may be meant for another one. */
  boolean isOneOfSeveral(VrrpSocket socket) {
    return sockets.keySet().stream()
            .filter(way -> way.link().equals(socket.link().name()) && way.ipv6() == socket.ipv6())
            .count()
        > 1;
  }

  /** One that is configured, or was until it is given up. */
  Optional<Router> find(VipId id) {
    Router router = routers.get(id);
    return Optional.ofNullable(router == null ? former.get(id) : router);
  }

  /** An unknown one is an IllegalArgumentException. */
  Router of(VipId id) {
    return find(id).orElseThrow(() -> new IllegalArgumentException("no virtual router " + id));
  }

  boolean isConfigured(VipId id) {
    return routers.containsKey(id);
  }

  /** Those that are configured. */
  Collection<Router> all() {
    return routers.values();
  }

  /** Those that are not any more. */
  Collection<Router> former() {
    return former.values();
  }

  Collection<VrrpSocket> sockets() {
    return sockets.values();
  }

  Set<String> links() {
    return sockets.keySet().stream().map(Way::link).collect(Collectors.toSet());
  }

  /** Closes what no configured one needs; false if there was nothing. */
  boolean forgetFormer() {
    if (!hasOld) {
      return false;
    }
    hasOld = false;
    former.clear();
    Set<Way> used = routers.values().stream().map(Way::of).collect(Collectors.toSet());
    Map<Way, VrrpSocket> kept = new LinkedHashMap<>(sockets);
    sockets.forEach((way, socket) -> {
      if (!used.contains(way)) {
        socket.close();
        kept.remove(way);
      }
    });
    sockets = kept;
    return true;
  }

  @Override
  public void close() {
    sockets.values().forEach(VrrpSocket::close);
  }
}
