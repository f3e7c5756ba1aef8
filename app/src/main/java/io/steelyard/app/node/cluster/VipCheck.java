package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.core.address.IpText;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import io.steelyard.vip.link.Link;
import java.io.IOException;
import java.util.List;

/** Whether virtual addresses fit the links that they are to be put on. */
final class VipCheck {
  private VipCheck() {}

  /**
   * Refuses an address that nobody in its link's networks would look for there.
   *
   * @throws IOException saying which one, and which networks there are
   */
  static void networks(List<VipOptions> routers) throws IOException {
    for (VipOptions router : routers) {
      Link link = Link.named(router.id().link());
      for (VipAddress address : router.addresses()) {
        List<VipAddress> others =
            link.addresses().stream().filter(own -> !isVirtual(own, routers)).toList();
        if (others.stream().noneMatch(own -> holds(own, address))) {
          throw new IOException("cluster.vips: " + refusal(link, address, others));
        }
      }
    }
  }

  /** The only one of its network may be here: then it is the host's own, not one that moves. */
  static String refusal(Link link, VipAddress address, List<VipAddress> others) {
    String text = IpText.of(address.address());
    return link.addresses().stream().anyMatch(own -> own.address().equals(address.address()))
        ? "%s is this host's own address on %s, and the only one of its network there: a virtual address is one more, which no host has for itself"
            .formatted(text, link.name())
        : "%s is in none of the networks of %s: %s".formatted(text, link.name(), others);
  }

  /** It may be here already: left behind, or owned. */
  private static boolean isVirtual(VipAddress own, List<VipOptions> routers) {
    return routers.stream()
        .flatMap(router -> router.addresses().stream())
        .anyMatch(address -> address.address().equals(own.address()));
  }

  private static boolean holds(VipAddress own, VipAddress address) {
    return new Network(own.address(), own.prefix()).contains(address.address());
  }
}
