package io.steelyard.proxy;

import io.steelyard.core.balance.Keys;
import io.steelyard.net.Connection;
import io.steelyard.wire.http1.Forwarding;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Who the client of a connection is, in the forms that requests need: found out once, when first
 * asked for. Loop thread only.
 */
final class ClientIdentity {
  private final LoopListener listener;
  private final Connection connection;
  private SocketAddress address;
  private boolean addressKnown;
  private LogAddress logAddress;
  private Forwarding forwarding;
  private long key;

  ClientIdentity(LoopListener listener, Connection connection) {
    this.listener = listener;
    this.connection = connection;
  }

  /** Of whom a proxy forwards. */
  ClientIdentity(LoopListener listener, Connection connection, SocketAddress address) {
    this(listener, connection);
    this.address = address;
    this.addressKnown = true;
  }

  /** Null when the connection is gone already. */
  SocketAddress address() {
    if (!addressKnown) {
      addressKnown = true;
      address = connection.remoteAddress();
    }
    return address;
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

  /** What servers are told of the client. */
  Forwarding forwarding() {
    if (forwarding == null) {
      SocketAddress a = address();
      key =
          a instanceof InetSocketAddress inet ? Keys.ofAddress(inet.getAddress().getAddress()) : 0;
      forwarding = listener.forwarding(a);
    }
    return forwarding;
  }
}
