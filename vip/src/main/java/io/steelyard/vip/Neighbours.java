package io.steelyard.vip;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipConflict;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.link.ArpSocket;
import io.steelyard.vip.link.Link;
import io.steelyard.wire.link.ArpPacket;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hears which other hosts use addresses of configured virtual routers, of IPv4: the driver's
 * thread.
 */
final class Neighbours implements AutoCloseable {
  /** Is told of each such packet. */
  interface Sink {
    void uses(VipId id, VipConflict conflict);
  }

  private final Map<Link, ArpSocket> sockets = new HashMap<>();

  /** This host may hear itself, by another interface on the same network. */
  private Set<String> own = Set.of();

  /** From now on it listens on the links of these. */
  void follow(Collection<Router> routers) throws IOException {
    Set<Link> links =
        routers.stream()
            .filter(router -> !router.options().id().ipv6())
            .map(Router::link)
            .filter(link -> !link.hardware().isEmpty())
            .collect(Collectors.toSet());
    Set<String> ours = Link.hardwareOfAll();
    Map<Link, ArpSocket> opened = new HashMap<>();
    try {
      for (Link link : links) {
        if (!sockets.containsKey(link)) {
          opened.put(link, new ArpSocket(link));
        }
      }
    } catch (IOException e) {
      opened.values().forEach(ArpSocket::close);
      throw e;
    }
    own = ours;
    sockets.putAll(opened);
    sockets
        .entrySet()
        .removeIf(open -> {
          boolean old = !links.contains(open.getKey());
          if (old) {
            open.getValue().close();
          }
          return old;
        });
  }

  /** Tells what has come in since the last time. Does not wait. */
  void receive(Collection<Router> routers, Sink sink) {
    for (ArpSocket socket : sockets.values()) {
      socket.receive(packet -> heard(socket.link(), packet, routers, sink));
    }
  }

  private void heard(Link link, ArpPacket packet, Collection<Router> routers, Sink sink) {
    for (Router router : routers) {
      if (router.link().equals(link) && !own.contains(packet.senderHardware())) {
        used(router, packet)
            .ifPresent(address ->
                sink.uses(
                    router.options().id(),
                    new VipConflict(address.address(), packet.senderHardware())));
      }
    }
  }

  private static Optional<VipAddress> used(Router router, ArpPacket packet) {
    return router.addresses().stream().filter(a -> a.address().equals(packet.sender())).findFirst();
  }

  @Override
  public void close() {
    sockets.values().forEach(ArpSocket::close);
    sockets.clear();
  }
}
