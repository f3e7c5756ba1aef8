package io.steelyard.core.snapshot;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Whether two sockets get in each other's way when both listen. */
public final class Overlap {
  private Overlap() {}

  /**
   * Equal addresses do, and those of one port of which one is every address: {@code ::} of IPv6 and
   * IPv4, {@code 0.0.0.0} of IPv4.
   *
   * @param a resolved, or of a UNIX socket
   * @param b the same
   */
  public static boolean between(SocketAddress a, SocketAddress b) {
    if (a instanceof InetSocketAddress x && b instanceof InetSocketAddress y) {
      return x.getPort() == y.getPort()
          && x.getPort() != 0
          && (covers(x.getAddress(), y.getAddress()) || covers(y.getAddress(), x.getAddress()));
    }
    return a.equals(b);
  }

  private static boolean covers(InetAddress one, InetAddress other) {
    if (one.isAnyLocalAddress()) {
      return !(one instanceof Inet4Address) || other instanceof Inet4Address;
    }
    return one.equals(other);
  }
}
