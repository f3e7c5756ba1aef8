package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What an owner says (RFC 9568, section 5).
 *
 * @param priority 0: it gives the addresses up now; 255: a router whose own addresses they are
 * @param advertise how often it says so
 * @param addresses of the virtual router, as the sender knows them
 */
public record Advert(VipId id, int priority, Duration advertise, List<InetAddress> addresses) {
  public Advert {
    addresses = List.copyOf(addresses);
  }
}
