package io.steelyard.proxy;

import io.steelyard.core.balance.Keys;
import io.steelyard.net.Connection;
import io.steelyard.net.tls.TlsPeerCertificate;
import io.steelyard.wire.http1.Forwarding;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Who the client of a connection is, in the forms that requests need: found out once, when first
 * asked for. Loop thread only.
 */
final class ClientIdentity {
  private static final byte[] NO_LINES = {};

  private final LoopListener listener;
  private final Connection connection;
  private SocketAddress address;
  private boolean addressKnown;
  private boolean overTls;

  /** What servers are told of the certificate that it has shown; empty: none. */
  private byte[] certificateLines = NO_LINES;

  private ProxyHeader ends;
  private LogAddress logAddress;
  private Forwarding forwarding;
  private long key;
  private byte[] addressBytes;

  ClientIdentity(LoopListener listener, Connection connection) {
    this.listener = listener;
    this.connection = connection;
  }

  /** Of whom a proxy forwards; when it speaks for itself, it is the client. */
  ClientIdentity(LoopListener listener, Connection connection, ProxyHeader said) {
    this(listener, connection);
    if (said.ends().isPresent()) {
      this.ends = said;
      this.address = said.ends().get().source();
      this.addressKnown = true;
    }
  }

  /** Of a client that nobody has seen: nothing but address, key and forwarding may be asked for. */
  static ClientIdentity imagined(LoopListener listener, SocketAddress address, boolean overTls) {
    ClientIdentity who = new ClientIdentity(listener, null);
    who.address = address;
    who.addressKnown = true;
    who.overTls = overTls;
    return who;
  }

  /**
   * What is said comes encrypted.
   *
   * @param shown the client's certificate, verified; null: none
   */
  void overTls(TlsPeerCertificate shown) {
    overTls = true;
    if (shown != null) {
      certificateLines = ClientCertificateLines.of(shown);
    }
  }

  /** Null when the connection is gone already. */
  SocketAddress address() {
    if (!addressKnown) {
      addressKnown = true;
      address = connection.remoteAddress();
    }
    return address;
  }

  /** The same with where it has connected to, as servers are told before anything else. */
  ProxyHeader ends() {
    if (ends == null) {
      ends = ProxyHeader.between(address(), connection.localAddress());
    }
    return ends;
  }

  LogAddress logAddress() {
    if (logAddress == null) {
      logAddress = new LogAddress(address());
    }
    return logAddress;
  }

  /** What balancers that hash choose by. */
  long key() {
    forwarding();
    return key;
  }

  /** Its IP address, not to be changed; null: it has none. */
  byte[] addressBytes() {
    forwarding();
    return addressBytes;
  }

  /** What servers are told of the client. */
  Forwarding forwarding() {
    if (forwarding == null) {
      SocketAddress a = address();
      addressBytes = a instanceof InetSocketAddress inet ? inet.getAddress().getAddress() : null;
      key = addressBytes == null ? 0 : Keys.ofAddress(addressBytes);
      forwarding = listener.forwarding(a, overTls, certificateLines);
    }
    return forwarding;
  }
}
