package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether an advert is one of this virtual router (RFC 9568, section 7.1), and what is odd about
 * it. The same oddity is told once a minute at most.
 */
final class Scrutiny {
  private static final long MINUTE_NS = 60_000_000_000L;

  private enum Oddity {
    ADDRESSES,
    INTERVAL,
    OWN_SOURCE,
    SECOND_OWNER,
    IN_USE
  }

  private final Map<Oddity, Long> toldNs = new EnumMap<>(Oddity.class);
  private long foreign;

  /** Adverts that were ignored or whose addresses differ. */
  long foreign() {
    return foreign;
  }

  /**
   * Whether the sender competes for the same addresses. One that shares none of them does not, and
   * must not make an owner give up; one that shares some does, whatever else differs, as when a
   * change of the configuration has reached one node and not yet the other.
   */
  boolean competes(
      Advert advert, InetAddress source, VipOptions ours, InetAddress own, long nowNs, Doings out) {
    if (source.equals(own)) {
      foreign++;
      tell(Oddity.OWN_SOURCE, new VipEvent.OwnSource(ours.id(), source), nowNs, out);
      return false;
    }
    boolean shares = addresses(advert, source, ours, nowNs, out);
    if (shares && advert.priority() > 0 && !advert.advertise().equals(ours.advertise())) {
      VipEvent event =
          new VipEvent.IntervalDiffers(ours.id(), source, advert.advertise(), ours.advertise());
      tell(Oddity.INTERVAL, event, nowNs, out);
    }
    return shares;
  }

  private boolean addresses(
      Advert advert, InetAddress source, VipOptions ours, long nowNs, Doings out) {
    Set<InetAddress> theirs = new HashSet<>(advert.addresses());
    Set<InetAddress> mine = new HashSet<>(ours.inetAddresses());
    if (theirs.equals(mine)) {
      return true;
    }
    foreign++;
    boolean shares = mine.stream().anyMatch(theirs::contains);
    VipEvent event = new VipEvent.ForeignAddresses(ours.id(), source, advert.addresses(), shares);
    tell(Oddity.ADDRESSES, event, nowNs, out);
    return shares;
  }

  void secondOwner(VipId id, InetAddress source, int priority, long nowNs, Doings out) {
    VipEvent event = new VipEvent.SecondOwner(id, source, priority);
    tell(Oddity.SECOND_OWNER, event, nowNs, out);
  }

  void inUse(VipId id, VipConflict by, boolean owned, long nowNs, Doings out) {
    tell(Oddity.IN_USE, new VipEvent.InUse(id, by, owned), nowNs, out);
  }

  private void tell(Oddity oddity, VipEvent event, long nowNs, Doings out) {
    Long lastNs = toldNs.get(oddity);
    if (lastNs == null || nowNs - lastNs >= MINUTE_NS) {
      toldNs.put(oddity, nowNs);
      out.event(event);
    }
  }
}
