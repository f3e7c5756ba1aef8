package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where servers are asked how they are. Looks nothing up. */
final class Places {
  private Places() {}

  /**
   * The place to ask.
   *
   * @param server resolved
   * @return resolved where it is the server's own host; an address that the endpoint names stays
   *     unresolved, so that a name that cannot be looked up fails the checks, not the configuration
   */
  static SocketAddress of(Endpoint endpoint, SocketAddress server) {
    return switch (endpoint) {
      case Endpoint.Same() -> server;
      case Endpoint.Port(int port) when server instanceof InetSocketAddress inet ->
          new InetSocketAddress(inet.getAddress(), port);
      case Endpoint.Port(int port) ->
          throw new IllegalArgumentException(server + " has no port " + port);
      case Endpoint.At(Address.Tcp(String host, int port)) ->
          InetSocketAddress.createUnresolved(host, port);
      case Endpoint.At(Address.Unix unix) -> unix.resolve();
    };
  }

  /** The server's host and port as a Host field has them. */
  static String host(Address server) {
    return switch (server) {
      case Address.Tcp tcp -> tcp.toString();
      case Address.Unix _ -> "localhost";
    };
  }
}
