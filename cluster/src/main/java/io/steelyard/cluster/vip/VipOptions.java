package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * A virtual router as this node is configured for it.
 *
 * @param addresses all of the same version of IP, 1 to 255; the first one is named to people
 * @param priority 1 to 254: of the nodes that could, the one with the highest owns it
 * @param advertise how often an owner says that it is there; 10 ms to 40.95 s in steps of 10 ms
 * @param preempt whether this node takes it from one of lower priority that owns it
 * @param preemptDelay for how long this node must have been able to own it before it preempts
 * @param group those of one name are owned by the same node: empty for none
 */
public record VipOptions(
    VipId id,
    List<VipAddress> addresses,
    int priority,
    Duration advertise,
    boolean preempt,
    Duration preemptDelay,
    String group) {
  /** How often an owner may advertise at most (RFC 9568, section 5.2.7: hundredths of seconds). */
  public static final Duration ADVERTISE_MIN = Duration.ofMillis(10);

  /** How seldom an owner may advertise: 12 bits of hundredths of seconds. */
  public static final Duration ADVERTISE_MAX = Duration.ofMillis(40_950);

  /** An advert names no more (RFC 9568, section 5.2.5). */
  public static final int ADDRESSES_MAX = 255;

  /**
   * What is left of an owner's priority when it could serve only badly: whoever has more takes it
   * from that one, whether it preempts or not.
   */
  public static final int LAST_RESORT = 1;

  public VipOptions {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() || addresses.size() > ADDRESSES_MAX) {
      throw new IllegalArgumentException(addresses.size() + " addresses");
    }
    if (priority < 1 || priority > 254) {
      throw new IllegalArgumentException("priority " + priority);
    }
    if (advertise.compareTo(ADVERTISE_MIN) < 0 || advertise.compareTo(ADVERTISE_MAX) > 0) {
      throw new IllegalArgumentException("advertise " + advertise);
    }
    if (preemptDelay.isNegative()) {
      throw new IllegalArgumentException("preempt delay " + preemptDelay);
    }
    int bytes = id.ipv6() ? 16 : 4;
    if (addresses.stream().anyMatch(a -> a.address().getAddress().length != bytes)) {
      throw new IllegalArgumentException("addresses of another version of IP than " + id);
    }
  }

  /** The addresses without their prefixes, as adverts name them. */
  public List<InetAddress> inetAddresses() {
    return addresses.stream().map(VipAddress::address).toList();
  }
}
