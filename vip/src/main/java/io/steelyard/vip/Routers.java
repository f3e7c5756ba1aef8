package io.steelyard.vip;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.vip.link.Link;
import io.steelyard.vip.link.VrrpSocket;
import io.steelyard.vip.link.VrrpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The configured virtual routers, and one socket for each link and version of IP. Changed by the
 * driver's thread; any thread finds one.
 */
final class Routers implements AutoCloseable {
  private record Way(String link, boolean ipv6) {
    static Way of(VipId id) {
      return new Way(id.link(), id.ipv6());
    }
  }

  private final VipDriverOptions options;
  private final Map<VipId, Router> routers = new ConcurrentHashMap<>();

  /** Of routers that are not configured any more, until they were given up. */
  private final Map<VipId, Router> former = new ConcurrentHashMap<>();

  private Map<Way, VrrpSocket> sockets = Map.of();

  Routers(List<VipOptions> configured, VipDriverOptions options) throws IOException {
    this.options = options;
    follow(configured);
  }

  /** All sockets that are needed are opened first; if one cannot be, nothing changes. */
  void follow(List<VipOptions> configured) throws IOException {
    for (VipOptions router : configured) {
      Adverts.check(router);
    }
    Map<Way, VrrpSocket> next = opened(configured);
    Map<VipId, Router> before = new HashMap<>(routers);
    for (VipOptions router : configured) {
      Router known = before.remove(router.id());
      VrrpSocket socket = next.get(Way.of(router.id()));
      List<VipAddress> taken = known == null ? List.of() : known.taken();
      routers.put(router.id(), new Router(router, socket, transport(router.id()), taken));
    }
    former.putAll(before);
    routers.keySet().removeAll(before.keySet());
    sockets = next;
  }

  /** Those that are open and all that are missing. */
  private Map<Way, VrrpSocket> opened(List<VipOptions> configured) throws IOException {
    Set<InetAddress> moving =
        configured.stream()
            .flatMap(router -> router.addresses().stream())
            .map(VipAddress::address)
            .collect(Collectors.toSet());
    Map<Way, VrrpSocket> all = new LinkedHashMap<>(sockets);
    try {
      for (VipOptions router : configured) {
        Way way = Way.of(router.id());
        if (!all.containsKey(way)) {
          all.put(way, open(router.id(), moving));
        }
      }
      return all;
    } catch (IOException | RuntimeException e) {
      all.values().stream()
          .filter(socket -> !sockets.containsValue(socket))
          .forEach(VrrpSocket::close);
      throw e;
    }
  }

  private VrrpTransport transport(VipId id) {
    return id.ipv6() ? options.transport6() : options.transport();
  }

  private VrrpSocket open(VipId id, Set<InetAddress> moving) throws IOException {
    Link link = Link.named(id.link());
    VrrpTransport transport = transport(id);
    InetAddress source =
        link.source(id.ipv6(), transport.peers(), moving)
            .orElseThrow(() ->
                new IOException(
                    id.link()
                        + " has no address of IPv"
                        + (id.ipv6() ? "6" : "4")
                        + " of its own to send adverts from: "
                        + link.addresses()));
    return VrrpSocket.open(link, id.ipv6(), source, transport);
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
    if (former.isEmpty()) {
      return false;
    }
    former.clear();
    Set<Way> used = routers.keySet().stream().map(Way::of).collect(Collectors.toSet());
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
