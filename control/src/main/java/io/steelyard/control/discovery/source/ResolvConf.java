package io.steelyard.control.discovery.source;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What /etc/resolv.conf says of it: whom to ask, and in which domains names without a dot are
 * looked for. See resolv.conf(5).
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search) {
  static final int PORT = 53;

  /** As many as the system's own resolver takes. */
  private static final int SERVERS_MAX = 3;

  private static final int SEARCH_MAX = 6;

  /** Whoever listens on this machine. */
  static final ResolvConf NONE =
      new ResolvConf(
          List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT)), List.of());

  ResolvConf {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
  }

  /** Lines that say something else, or nothing that can be understood, are passed over. */
  static ResolvConf of(List<String> lines) {
    List<InetSocketAddress> servers = new ArrayList<>();
    List<String> search = List.of();
    for (String line : lines) {
      List<String> words = List.of(line.strip().split("\\s+"));
      switch (words.getFirst()) {
        case "nameserver" -> words.stream().skip(1).limit(1).forEach(w -> add(w, servers));
        case "search", "domain" -> search = words.stream().skip(1).limit(SEARCH_MAX).toList();
        default -> {}
      }
    }
    return new ResolvConf(
        servers.isEmpty() ? NONE.servers() : servers.stream().limit(SERVERS_MAX).toList(), search);
  }

  private static void add(String literal, List<InetSocketAddress> servers) {
    try {
      servers.add(new InetSocketAddress(InetAddress.ofLiteral(literal), PORT));
    } catch (IllegalArgumentException e) {
      // Not an address.
    }
  }
}
