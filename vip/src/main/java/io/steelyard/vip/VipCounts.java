package io.steelyard.vip;

import io.steelyard.wire.vrrp.VrrpRefusal;
import java.util.Map;

/**
 * What a driver has done since it was opened.
 *
 * @param sent adverts, each counted once for each peer
 * @param suppressed adverts that were not sent, as the guard may have taken the addresses away
 * @param received good adverts of configured virtual routers
 * @param unknown good adverts of others
 * @param refused packets, by why
 * @param takes of virtual routers
 * @param releases of virtual routers, those that the guard did included
 * @param announcements of addresses
 * @param probes questions who has an address
 * @param errors of whatever kind
 */
public record VipCounts(
    long sent,
    long suppressed,
    long received,
    long unknown,
    Map<VrrpRefusal, Long> refused,
    long takes,
    long releases,
    long announcements,
    long probes,
    long errors) {
  public VipCounts {
    refused = Map.copyOf(refused);
  }
}
