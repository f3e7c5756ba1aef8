package io.steelyard.proxy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** Socket addresses as text. */
final class Addresses {
  private static final byte[] UNIX = "unix".getBytes(StandardCharsets.US_ASCII);

  private static final int GROUPS = 8;

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

  /** IPv6 without its scope, as RFC 5952 wants it: others compare it as text. */
  private static String ip(InetAddress address) {
    return address instanceof Inet6Address v6 ? v6(v6.getAddress()) : address.getHostAddress();
  }

  private static String v6(byte[] address) {
    int zerosFrom = 0;
    int zerosTo = 0;
    for (int from = 0; from < GROUPS; from++) {
      int to = from;
      while (to < GROUPS && group(address, to) == 0) {
        to++;
      }
      if (to - from > Math.max(1, zerosTo - zerosFrom)) {
        zerosFrom = from;
        zerosTo = to;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == zerosFrom && zerosTo > 0) {
        text.append("::");
      } else if (i < zerosFrom || i >= zerosTo) {
        text.append(i > 0 && i != zerosTo ? ":" : "");
        text.append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] address, int i) {
    return (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
  }
}
