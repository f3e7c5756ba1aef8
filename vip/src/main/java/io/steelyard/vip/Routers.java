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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The configured virtual routers, and one socket for each link and version of IP. */
final class Routers implements AutoCloseable {
  private record Way(String link, boolean ipv6) {}

  private final Map<VipId, Router> routers = new LinkedHashMap<>();
  private final Map<Way, VrrpSocket> sockets = new LinkedHashMap<>();
  private final Set<InetAddress> moving;

  Routers(List<VipOptions> configured, VipDriverOptions options) throws IOException {
    moving =
        configured.stream()
            .flatMap(router -> router.addresses().stream())
            .map(VipAddress::address)
            .collect(Collectors.toSet());
    try {
      for (VipOptions router : configured) {
        add(router, router.id().ipv6() ? options.transport6() : options.transport());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void add(VipOptions options, VrrpTransport transport) throws IOException {
    VipId id = options.id();
    Adverts.check(options);
    Way way = new Way(id.link(), id.ipv6());
    VrrpSocket socket = sockets.get(way);
    if (socket == null) {
      socket = open(id, transport);
      sockets.put(way, socket);
    }
    if (routers.put(id, new Router(options, socket, transport)) != null) {
      throw new IOException("two virtual routers " + id);
    }
  }

  private VrrpSocket open(VipId id, VrrpTransport transport) throws IOException {
    Link link = Link.named(id.link());
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

  /** An unknown one is an IllegalArgumentException. */
  Router of(VipId id) {
    Router router = routers.get(id);
    if (router == null) {
      throw new IllegalArgumentException("no virtual router " + id);
    }
    return router;
  }

  boolean has(VipId id) {
    return routers.containsKey(id);
  }

  Collection<Router> all() {
    return routers.values();
  }

  Collection<VrrpSocket> sockets() {
    return sockets.values();
  }

  Set<String> links() {
    return sockets.keySet().stream().map(Way::link).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    sockets.values().forEach(VrrpSocket::close);
  }
}
