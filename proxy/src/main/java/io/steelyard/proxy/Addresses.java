package io.steelyard.proxy;

import java.net.Inet6Address;
import java.net.InetAddress;
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
      String ip = ip(inet.getAddress());
      String host = inet.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip;
      return (host + ":" + inet.getPort()).getBytes(StandardCharsets.US_ASCII);
    }
    return "localhost".getBytes(StandardCharsets.US_ASCII);
  }

  /** The address alone, for X-Forwarded-For; {@code unix} for a client without one. */
  static byte[] client(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? ip(inet.getAddress()).getBytes(StandardCharsets.US_ASCII)
        : UNIX;
  }

  private static String ip(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
