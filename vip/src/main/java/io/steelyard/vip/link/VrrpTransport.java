package io.steelyard.vip.link;

import io.steelyard.wire.vrrp.VrrpChecksum;
import io.steelyard.wire.vrrp.VrrpCodec;
import java.net.InetAddress;
import java.util.List;

/**
 * How adverts go over a link.
 *
 * @param checksum of what is sent over IPv4; both are taken
 * @param peers each gets a copy, and nobody else is listened to, where multicast is not forwarded;
 *     none for the multicast group; 64 at most
 * @param hopLimitMin what arrives with less is refused: 255, so that all comes from this link. Less
 *     is for peers behind routers, and for keepalived 2.2, whose adverts to peers of IPv6 start
 *     with the host's default of 64; then anybody who can forge a peer's address is believed.
 */
public record VrrpTransport(VrrpChecksum checksum, List<InetAddress> peers, int hopLimitMin) {
  private static final int PEERS_MAX = 64;

  public VrrpTransport {
    peers = List.copyOf(peers);
    if (peers.size() > PEERS_MAX) {
      throw new IllegalArgumentException("more than " + PEERS_MAX + " peers");
    }
    if (hopLimitMin < 1 || hopLimitMin > VrrpCodec.HOP_LIMIT) {
      throw new IllegalArgumentException("hop limit " + hopLimitMin);
    }
    if (peers.isEmpty() && hopLimitMin != VrrpCodec.HOP_LIMIT) {
      throw new IllegalArgumentException("multicast comes from the link, with 255 hops to go");
    }
  }

  /** To the multicast group, as RFC 9568 has it. */
  public static VrrpTransport multicast(VrrpChecksum checksum) {
    return new VrrpTransport(checksum, List.of(), VrrpCodec.HOP_LIMIT);
  }

  /** To these peers on the same link. */
  public static VrrpTransport unicast(VrrpChecksum checksum, List<InetAddress> peers) {
    return new VrrpTransport(checksum, peers, VrrpCodec.HOP_LIMIT);
  }

  /** Whether adverts go to listed peers. */
  public boolean isUnicast() {
    return !peers.isEmpty();
  }
}
