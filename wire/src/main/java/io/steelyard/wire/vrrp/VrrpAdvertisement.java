package io.steelyard.wire.vrrp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * The VRRPv3 packet (RFC 9568, section 5.1).
 *
 * @param routerId 1 to 255
 * @param priority 0 to 255; 0: the sender gives the addresses up now
 * @param advertiseCs the interval between adverts, in centiseconds: 1 to 4095
 * @param addresses 1 to 255 of IPv4, or 1 to 90 of IPv6, which is what a packet of 1,500 bytes can
 *     hold; never of both
 */
public record VrrpAdvertisement(
    int routerId, int priority, int advertiseCs, List<InetAddress> addresses) {
  /** The longest interval that its 12 bits can say: 40.95 s. */
  public static final int ADVERTISE_CS_MAX = 0xfff;

  /** An 8-bit field counts them. */
  public static final int IPV4_ADDRESSES_MAX = 255;

  /** A packet is not to be fragmented. */
  public static final int IPV6_ADDRESSES_MAX = 90;

  public VrrpAdvertisement {
    addresses = List.copyOf(addresses);
    within("router id", routerId, 1, 255);
    within("priority", priority, 0, 255);
    within("interval", advertiseCs, 1, ADVERTISE_CS_MAX);
    boolean ipv6 = !addresses.isEmpty() && addresses.getFirst() instanceof Inet6Address;
    within(
        "count of addresses", addresses.size(), 1, ipv6 ? IPV6_ADDRESSES_MAX : IPV4_ADDRESSES_MAX);
    if (addresses.stream().anyMatch(address -> address instanceof Inet6Address != ipv6)) {
      throw new IllegalArgumentException("addresses of both versions of IP: " + addresses);
    }
  }

  private static void within(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " " + value + ": not " + least + " to " + most);
    }
  }

  /** Whether its addresses are of IPv6. */
  public boolean ipv6() {
    return addresses.getFirst() instanceof Inet6Address;
  }
}
