package io.steelyard.cluster.vip;

import java.util.Locale;

/**
 * What tells one virtual router from another (RFC 9568, section 1.7): its number is good for one
 * network and one version of IP.
 *
 * @param link the network interface's name
 * @param routerId 1 to 255; 0 for addresses of which nobody is told, which every node may have
 * @param ipv6 whether its addresses are of IPv6
 */
public record VipId(String link, int routerId, boolean ipv6) implements Comparable<VipId> {
  public VipId {
    if (routerId < 0 || routerId > 255) {
      throw new IllegalArgumentException("router id " + routerId);
    }
  }

  @Override
  public int compareTo(VipId other) {
    return toString().compareTo(other.toString());
  }

  /** As it is shown: {@code eth0/51}, or {@code eth0/51/v6}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s/%d%s", link, routerId, ipv6 ? "/v6" : "");
  }
}
