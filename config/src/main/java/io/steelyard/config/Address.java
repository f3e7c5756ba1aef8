package io.steelyard.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** An address as it was written: not resolved yet. */
public sealed interface Address {
  /**
   * {@code host} is a literal or a name; empty for ":port", which is every local address (IPv6 and
   * IPv4).
   */
  record Tcp(String host, int port) implements Address {
    @Override
    public String toString() {
      return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
  }

  /** Written {@code unix:/path}. */
  record Unix(String path) implements Address {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Whether its host has to be looked up: it is neither a literal nor left out. */
  default boolean isName() {
    return this instanceof Tcp(String host, int _)
        && !host.isEmpty()
        && !AddressText.ipv4(host)
        && !AddressText.ipv6(host);
  }

  /**
   * The socket address; a name is looked up now (this may block) and can turn out unresolved. Every
   * local address is {@code ::}, which takes clients of IPv4 as well.
   */
  default SocketAddress resolve() {
    // No switch over patterns on the way of a start: the JDK spins a class for each, every time.
    if (this instanceof Tcp(String host, int port)) {
      return host.isEmpty()
          ? new InetSocketAddress(InetAddress.ofLiteral("::"), port)
          : new InetSocketAddress(host, port);
    }
    return UnixDomainSocketAddress.of(((Unix) this).path());
  }
}
