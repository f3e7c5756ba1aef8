package io.steelyard.proxy;

import io.steelyard.core.address.IpText;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** Socket addresses as text. */
final class Addresses {
  private static final byte[] UNIX = "unix".getBytes(StandardCharsets.US_ASCII);

  private Addresses() {}

  /** {@code 10.0.0.1:80}, {@code [2001:db8::1]:80}; for a UNIX socket {@code localhost}. */
  static byte[] text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return (IpText.host(inet.getAddress()) + ":" + inet.getPort())
          .getBytes(StandardCharsets.US_ASCII);
    }
    return "localhost".getBytes(StandardCharsets.US_ASCII);
  }

  /** The address alone, for X-Forwarded-For; {@code unix} for a client without one. */
  static byte[] client(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? IpText.of(inet.getAddress()).getBytes(StandardCharsets.US_ASCII)
        : UNIX;
  }
}
