package io.steelyard.vip.link;

import io.steelyard.wire.vrrp.VrrpChecksum;
import java.net.InetAddress;
import java.util.List;

/**
 * How adverts go over a link.
 *
 * @param checksum of what is sent over IPv4; both are taken
 * @param peers each gets a copy, and nobody else is listened to, where multicast is not forwarded;
 *     none for the multicast group; 64 at most
 */
public record VrrpTransport(VrrpChecksum checksum, List<InetAddress> peers) {
  private static final int PEERS_MAX = 64;

  public VrrpTransport {
    peers = List.copyOf(peers);
    if (peers.size() > PEERS_MAX) {
      throw new IllegalArgumentException("more than " + PEERS_MAX + " peers");
    }
  }

  /** To the multicast group, as RFC 9568 has it. */
  public static VrrpTransport multicast(VrrpChecksum checksum) {
    return new VrrpTransport(checksum, List.of());
  }

  public boolean unicast() {
    return !peers.isEmpty();
  }
}
