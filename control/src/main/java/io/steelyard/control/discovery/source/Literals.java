package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import io.steelyard.core.address.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Addresses as they are written: those of IPv6 as RFC 5952 has it. */
final class Literals {
  private Literals() {}

  static Address.Tcp of(InetAddress address, int port) {
    return new Address.Tcp(IpText.of(address), port);
  }

  /** The same with its host looked up, which may block; empty if nobody knows it. */
  static Optional<Address> lookedUp(Address address) {
    if (!address.isName()) {
      return Optional.of(address);
    }
    return address.resolve() instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? Optional.of(of(inet.getAddress(), inet.getPort()))
        : Optional.empty();
  }
}
