package io.steelyard.control.discovery;

import io.steelyard.config.Address;
import io.steelyard.config.ServerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Servers that were found, as JSON: one process hands them over to the next. Fields that are not
 * known are passed over.
 */
public final class FoundJson {
  /** Of all pools; more would be a mistake. */
  static final int SERVERS_MAX = 1_000_000;

  private static final int WEIGHT_MAX = 256;
  private static final int PORT_MAX = 65_535;

  private FoundJson() {}

  /** An object of lists, by pool. */
  public static Map<String, Object> write(Map<String, List<ServerConfig>> found) {
    Map<String, Object> pools = new LinkedHashMap<>();
    found.forEach(
        (pool, servers) -> pools.put(pool, servers.stream().map(FoundJson::write).toList()));
    return pools;
  }

  private static Map<String, Object> write(ServerConfig server) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", server.name());
    switch (server.address()) {
      case Address.Tcp(String host, int port) -> {
        out.put("host", host);
        out.put("port", port);
      }
      case Address.Unix(String path) -> out.put("path", path);
    }
    out.put("weight", server.weight());
    out.put("max-connections", server.maxConnections());
    out.put("backup", server.backup());
    out.put("zone", server.zone());
    return out;
  }

  /**
   * Reads what {@link #write} has made.
   *
   * @throws IllegalArgumentException if a server cannot be one, or there are too many
   * @throws ClassCastException if it is something else
   * @throws NullPointerException if something is missing
   */
  public static Map<String, List<ServerConfig>> read(Map<?, ?> pools) {
    Map<String, List<ServerConfig>> found = new LinkedHashMap<>();
    int count = 0;
    for (Map.Entry<?, ?> pool : pools.entrySet()) {
      List<ServerConfig> servers = new ArrayList<>();
      for (Object server : (List<?>) pool.getValue()) {
        if (count++ == SERVERS_MAX) {
          throw new IllegalArgumentException("more than " + SERVERS_MAX + " servers");
        }
        servers.add(server((Map<?, ?>) server));
      }
      found.put((String) pool.getKey(), List.copyOf(servers));
    }
    return found;
  }

  private static ServerConfig server(Map<?, ?> server) {
    return new ServerConfig(
        text(server, "name"),
        address(server),
        number(server, "weight", WEIGHT_MAX),
        number(server, "max-connections", Integer.MAX_VALUE),
        (Boolean) server.get("backup"),
        text(server, "zone"));
  }

  private static Address address(Map<?, ?> server) {
    if (server.containsKey("path")) {
      return new Address.Unix(text(server, "path"));
    }
    Address address = new Address.Tcp(text(server, "host"), number(server, "port", PORT_MAX));
    if (address.isName() || address.toString().startsWith(":")) {
      throw new IllegalArgumentException("the address of a server is literal");
    }
    return address;
  }

  private static String text(Map<?, ?> server, String name) {
    String text = (String) server.get(name);
    if (text == null) {
      throw new IllegalArgumentException("a server has no " + name);
    }
    return text;
  }

  private static int number(Map<?, ?> server, String name, int max) {
    long number = ((Number) server.get(name)).longValue();
    if (number < 0 || number > max) {
      throw new IllegalArgumentException(name + " of a server is " + number);
    }
    return (int) number;
  }
}
