package io.steelyard.share.member;

import io.steelyard.share.peers.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Where beats go: the nodes' addresses, of which names are looked up again and again by a thread
 * that nobody waits for.
 */
final class Targets {
  private final List<PeerAddress> addresses;
  private volatile List<InetSocketAddress> found;

  Targets(List<String> addresses) {
    this.addresses = addresses.stream().map(PeerAddress::parse).distinct().toList();
    this.found =
        this.addresses.stream()
            .filter(a -> isLiteral(a.host()))
            .map(a -> new InetSocketAddress(InetAddress.ofLiteral(a.host()), a.port()))
            .toList();
  }

  private static boolean isLiteral(String host) {
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** All that are known now. */
  List<InetSocketAddress> found() {
    return found;
  }

  /** Whether there is anything to look up. */
  boolean hasNames() {
    return addresses.stream().anyMatch(a -> !isLiteral(a.host()));
  }

  /** Blocks; those whose names are not found now keep no place. */
  void lookUp() {
    List<InetSocketAddress> now = new ArrayList<>();
    for (PeerAddress address : addresses) {
      try {
        for (InetAddress one : address.lookUp()) {
          now.add(new InetSocketAddress(one, address.port()));
        }
      } catch (IOException e) {
        // It is asked for again.
      }
    }
    found = List.copyOf(now);
  }
}
