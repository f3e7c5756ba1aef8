package io.steelyard.config;

/** Where a server is asked how it is: where it does its work, or somewhere else. */
public sealed interface Endpoint {
  /** At the server's own address. */
  record Same() implements Endpoint {}

  /** At another port of the server's host, 1 to 65535; its servers have no UNIX addresses. */
  record Port(int port) implements Endpoint {}

  /** At this address, for all servers of the pool. */
  record At(Address address) implements Endpoint {}

  /** The address to ask for a server that does its work at {@code server}. */
  default Address of(Address server) {
    // No switch over patterns on the way of a start: the JDK spins a class for each, every time.
    if (this instanceof Same) {
      return server;
    }
    if (this instanceof At(Address address)) {
      return address;
    }
    int port = ((Port) this).port();
    if (server instanceof Address.Tcp(String host, int _)) {
      return new Address.Tcp(host, port);
    }
    throw new IllegalArgumentException(server + " has no port " + port);
  }
}
