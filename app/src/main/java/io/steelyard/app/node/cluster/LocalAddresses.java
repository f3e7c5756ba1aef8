package io.steelyard.app.node.cluster;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Which addresses this host has. */
final class LocalAddresses {
  private LocalAddresses() {}

  /** Whether it is an address, not a name, and this host has it. */
  static boolean has(String host) {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(host)) != null;
    } catch (IllegalArgumentException | SocketException e) {
      return false;
    }
  }
}
