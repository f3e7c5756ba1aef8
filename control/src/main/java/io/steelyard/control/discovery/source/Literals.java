package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Addresses as they are written: those of IPv6 as RFC 5952 has it. */
final class Literals {
  private static final int GROUPS = 8;

  private Literals() {}

  static Address.Tcp of(InetAddress address, int port) {
    return new Address.Tcp(text(address), port);
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

  static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    return compressed(groups);
  }

  /** The longest row of zeros, the first of equal ones, becomes "::" if it is longer than one. */
  private static String compressed(int[] groups) {
    int from = 0;
    int length = 0;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        from = i;
        length = end - i;
      }
    }
    if (length < 2) {
      return joined(groups, 0, GROUPS);
    }
    return joined(groups, 0, from) + "::" + joined(groups, from + length, GROUPS);
  }

  private static String joined(int[] groups, int from, int to) {
    StringBuilder out = new StringBuilder();
    for (int i = from; i < to; i++) {
      out.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }
}
