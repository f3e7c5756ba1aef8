package io.steelyard.admin;

import java.net.InetAddress;
import java.util.Locale;

/**
 * Whether a {@code Host} header names this machine's loopback. A page on the web can make a browser
 * resolve the page's own name to 127.0.0.1 and talk to us (DNS rebinding); it cannot make it send
 * another {@code Host}, nor none: that is what plain probes in HTTP/1.0 do.
 */
final class HostCheck {
  private HostCheck() {}

  static boolean isLoopback(String host) {
    if (host == null) {
      return true;
    }
    String name = withoutPort(host.strip()).toLowerCase(Locale.ROOT);
    if (name.equals("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(name).isLoopbackAddress();
    } catch (IllegalArgumentException notLiteral) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(1, end);
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }
}
