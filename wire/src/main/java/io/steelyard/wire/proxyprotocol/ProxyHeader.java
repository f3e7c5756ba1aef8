package io.steelyard.wire.proxyprotocol;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Whom a connection is forwarded for.
 *
 * @param ends empty when the sender speaks for itself, as with a health check, or does not say
 */
public record ProxyHeader(Optional<Ends> ends) {
  /** Of a sender that speaks for itself: version 1's UNKNOWN, version 2's LOCAL. */
  public static final ProxyHeader OWN = new ProxyHeader(Optional.empty());

  /** The client, and where it has connected to; both of one family, both with an address. */
  public record Ends(InetSocketAddress source, InetSocketAddress destination) {
    public Ends {
      if (source.getAddress().getClass() != destination.getAddress().getClass()) {
        throw new IllegalArgumentException(source + " and " + destination);
      }
    }
  }

  /** Of a client. */
  public static ProxyHeader of(InetSocketAddress source, InetSocketAddress destination) {
    return new ProxyHeader(Optional.of(new Ends(source, destination)));
  }

  /** Of a client, as far as both ends are internet addresses of one family; else {@link #OWN}. */
  public static ProxyHeader between(SocketAddress source, SocketAddress destination) {
    return source instanceof InetSocketAddress from
            && destination instanceof InetSocketAddress to
            && from.getAddress().getClass() == to.getAddress().getClass()
        ? of(from, to)
        : OWN;
  }

  /** As version 1 writes it: a line of text. */
  public byte[] version1() {
    return Version1.write(this);
  }

  /** As version 2 writes it, without further fields. */
  public byte[] version2() {
    return Version2.write(this);
  }
}
