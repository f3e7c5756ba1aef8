package io.steelyard.app.node.takeover;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Socket addresses as text: {@code tcp:HOST:PORT}, {@code unix:PATH}. */
final class AddressText {
  private static final String TCP = "tcp:";
  private static final String UNIX = "unix:";
  private static final int PORT_MAX = 0xffff;

  private AddressText() {}

  static String of(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? TCP + inet.getAddress().getHostAddress() + ":" + inet.getPort()
        : UNIX + ((UnixDomainSocketAddress) address).getPath();
  }

  /**
   * Reads what {@link #of} has written.
   *
   * @throws IOException if it is something else
   */
  static SocketAddress read(String text) throws IOException {
    try {
      if (text.startsWith(UNIX)) {
        return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
      }
      int colon = text.lastIndexOf(':');
      if (text.startsWith(TCP) && colon > TCP.length()) {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port >= 0 && port <= PORT_MAX) {
          String host = text.substring(TCP.length(), colon);
          return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("no address: " + text, e);
    }
    throw new IOException("no address: " + text);
  }
}
