package io.steelyard.vip;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.wire.vrrp.VrrpAdvertisement;
import java.io.IOException;
import java.time.Duration;

/** Between what an election knows and what a packet says. */
final class Adverts {
  private static final int MILLIS_PER_CENTISECOND = 10;

  private Adverts() {}

  static int centiseconds(Duration interval) {
    return Math.toIntExact(interval.toMillis() / MILLIS_PER_CENTISECOND);
  }

  static VrrpAdvertisement toWire(Advert advert) {
    return new VrrpAdvertisement(
        advert.id().routerId(),
        advert.priority(),
        centiseconds(advert.advertise()),
        advert.addresses());
  }

  static Advert fromWire(String link, boolean ipv6, VrrpAdvertisement packet) {
    return new Advert(
        new VipId(link, packet.routerId(), ipv6),
        packet.priority(),
        Duration.ofMillis((long) packet.advertiseCs() * MILLIS_PER_CENTISECOND),
        packet.addresses());
  }

  /** The advert of priority 0 by which an owner gives up. */
  static Advert farewell(VipOptions options) {
    return new Advert(options.id(), 0, options.advertise(), options.inetAddresses());
  }

  /** Whether a packet can say what is configured: it has room for so many addresses only. */
  static void check(VipOptions options) throws IOException {
    try {
      toWire(farewell(options));
    } catch (IllegalArgumentException e) {
      throw new IOException("virtual router " + options.id() + ": " + e.getMessage(), e);
    }
  }
}
