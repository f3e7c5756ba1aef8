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
    return switch (this) {
      case Same() -> server;
      case At(Address address) -> address;
      case Port(int port) ->
          switch (server) {
            case Address.Tcp(String host, int _) -> new Address.Tcp(host, port);
            case Address.Unix unix ->
                throw new IllegalArgumentException(unix + " has no port " + port);
          };
    };
  }
}
