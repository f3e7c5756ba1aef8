package io.steelyard.proxy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A client's address as the access log writes it: made once for a connection. */
final class LogAddress {
  private final byte[] text;
  private final byte[] ip;
  private final int port;

  LogAddress(SocketAddress address) {
    text = Addresses.text(address);
    ip = Addresses.client(address);
    port = address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /** Address and port. */
  byte[] text() {
    return text;
  }

  /** The address alone. */
  byte[] ip() {
    return ip;
  }

  /** 0 for a client without one. */
  int port() {
    return port;
  }
}
