package io.steelyard.vip;

import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.link.VrrpTransport;
import io.steelyard.wire.vrrp.VrrpChecksum;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a driver works.
 *
 * @param transports of the adverts of each virtual router: by multicast for one that is not named
 * @param guardTimeout how long this process may stand still before its addresses are taken away;
 *     empty for no guard at all. {@link io.steelyard.vip.guard.Guard#TIMEOUT_LEAST} at least
 */
public record VipDriverOptions(
    Map<VipId, VrrpTransport> transports, Optional<Duration> guardTimeout) {
  private static final VrrpTransport MULTICAST =
      VrrpTransport.multicast(VrrpChecksum.PSEUDO_HEADER);

  public VipDriverOptions {
    transports = Map.copyOf(transports);
  }

  VrrpTransport transport(VipId id) {
    return transports.getOrDefault(id, MULTICAST);
  }
}
