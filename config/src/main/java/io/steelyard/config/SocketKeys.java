package io.steelyard.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a listening address takes, and what must not have been taken for it: two addresses overlap
 * when the one has what the other excludes. As far as can be told without looking names up;
 * localhost counts as 127.0.0.1.
 */
record SocketKeys(Set<String> has, Set<String> excludes) {
  private static final String ANY_IPV4 = "any IPv4 address";
  private static final String ANY_IPV6 = "any IPv6 address";
  private static final String SOME_IPV4 = "some IPv4 address";
  private static final String SOME_IPV6 = "some IPv6 address";
  private static final String SOME_NAME = "some name";

  static SocketKeys of(Address address) {
    return address instanceof Address.Tcp(String host, int port)
        ? tcp(host, port)
        : new SocketKeys(Set.of(address.toString()), Set.of(address.toString()));
  }

  static boolean overlap(Address a, Address b) {
    Set<String> has = of(a).has;
    return of(b).excludes.stream().anyMatch(has::contains);
  }

  private static SocketKeys tcp(String host, int port) {
    if (host.isEmpty()) {
      return everyAddress(port);
    }
    if (host.equalsIgnoreCase("localhost")) {
      return ipv4("127.0.0.1", port);
    }
    boolean zoned = host.contains("%");
    if (!AddressText.ipv4(host) && !AddressText.ipv6(host)) {
      String name = host.toLowerCase(Locale.ROOT);
      return keys(port, List.of(SOME_NAME, name), List.of(name, ANY_IPV4, ANY_IPV6));
    }
    if (zoned) {
      return ipv6(host.toLowerCase(Locale.ROOT), port);
    }
    InetAddress literal = InetAddress.ofLiteral(host);
    boolean v4 = literal instanceof Inet4Address;
    if (literal.isAnyLocalAddress()) {
      return v4
          ? keys(port, List.of(ANY_IPV4, SOME_IPV4), List.of(SOME_IPV4, SOME_NAME))
          : everyAddress(port);
    }
    return v4 ? ipv4(literal.getHostAddress(), port) : ipv6(literal.getHostAddress(), port);
  }

  private static SocketKeys everyAddress(int port) {
    return keys(
        port,
        List.of(ANY_IPV4, ANY_IPV6, SOME_IPV4, SOME_IPV6),
        List.of(SOME_IPV4, SOME_IPV6, SOME_NAME));
  }

  private static SocketKeys ipv4(String host, int port) {
    return keys(port, List.of(SOME_IPV4, host), List.of(host, ANY_IPV4));
  }

  private static SocketKeys ipv6(String host, int port) {
    return keys(port, List.of(SOME_IPV6, host), List.of(host, ANY_IPV6));
  }

  private static SocketKeys keys(int port, List<String> has, List<String> excludes) {
    return new SocketKeys(keys(port, has), keys(port, excludes));
  }

  /** Texts, not records: hashing a record makes the JDK spin classes at each start. */
  private static Set<String> keys(int port, List<String> words) {
    Set<String> keys = new HashSet<>();
    words.forEach(word -> keys.add(port + " " + word));
    return keys;
  }
}
