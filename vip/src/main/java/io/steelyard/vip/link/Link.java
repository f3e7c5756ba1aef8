package io.steelyard.vip.link;

import io.steelyard.cluster.vip.VipAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network interface as it was when it was looked at.
 *
 * @param index the kernel's number of it
 * @param hardware its Ethernet address, as 02:00:00:00:02:01; empty if it has none
 * @param addresses that it has, with the bits of their networks
 */
public record Link(String name, int index, String hardware, List<VipAddress> addresses) {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  public Link {
    addresses = List.copyOf(addresses);
  }

  /** Looks at it; an error names those that there are if there is none of this name. */
  public static Link named(String name) throws IOException {
    NetworkInterface found = NetworkInterface.getByName(name);
    if (found == null) {
      List<String> names =
          NetworkInterface.networkInterfaces().map(NetworkInterface::getName).sorted().toList();
      throw new IOException("no network interface " + name + "; there are " + names);
    }
    byte[] hardware = found.getHardwareAddress();
    return new Link(
        name,
        found.getIndex(),
        hardware == null ? "" : COLONS.formatHex(hardware),
        found.getInterfaceAddresses().stream()
            .filter(a -> a.getNetworkPrefixLength() > 0)
            .map(a -> new VipAddress(a.getAddress(), a.getNetworkPrefixLength()))
            .toList());
  }

  /** The Ethernet addresses of all network interfaces of this host, as {@link #hardware}. */
  public static Set<String> hardwareOfAll() throws IOException {
    Set<String> all = new HashSet<>();
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      try {
        byte[] hardware = each.getHardwareAddress();
        if (hardware != null) {
          all.add(COLONS.formatHex(hardware));
        }
      } catch (SocketException e) {
        // It is gone since it was listed.
      }
    }
    return all;
  }

  /** Six bytes, or none. */
  public byte[] hardwareBytes() {
    return hardware.isEmpty() ? new byte[0] : COLONS.parseHex(hardware);
  }

  /**
   * The address that adverts come from (RFC 9568, sections 5.1.1.1 and 5.1.2.1): the first of IPv4,
   * or the link-local one of IPv6, unless peers are listed that are not link-local.
   *
   * @param peers to which adverts go; none for the multicast group
   * @param moving addresses that are not the host's own
   */
  public Optional<InetAddress> source(
      boolean ipv6, Collection<InetAddress> peers, Collection<InetAddress> moving) {
    boolean linkLocal = ipv6 && peers.stream().allMatch(InetAddress::isLinkLocalAddress);
    return addresses.stream()
        .map(VipAddress::address)
        .filter(a -> a instanceof Inet6Address == ipv6 && !moving.contains(a))
        .filter(a -> !ipv6 || a.isLinkLocalAddress() == linkLocal)
        .findFirst();
  }

  /** Whether this host forwards packets of IPv6 that come in here. */
  public boolean isRouter() {
    Path forwarding = Path.of("/proc/sys/net/ipv6/conf", name, "forwarding");
    try {
      return Files.readString(forwarding).strip().equals("1");
    } catch (IOException noIpv6) {
      return false;
    }
  }
}
