package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.ServerConfig;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The answer of {@code GET /v1/health/service/NAME}: an entry for each instance. */
final class ConsulHealth {
  private static final int NAME_CHARS_MAX = 200;
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9._:@-]");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:-]{1,253}");

  /** The answer is not what Consul documents; says where. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  /** An instance cannot be sent requests to; says which and why. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * What is registered.
   *
   * @param servers by name
   * @param unusable how many instances are not among them
   * @param why of the first of those; empty without any
   */
  record Instances(List<ServerConfig> servers, int unusable, String why) {
    Instances {
      servers = List.copyOf(servers);
    }

    /** What is left out, in words; empty if nothing is. */
    String lack() {
      return unusable == 0 ? "" : "%d left out, since %s".formatted(unusable, why);
    }
  }

  private ConsulHealth() {}

  /**
   * The instances, by their names. An id is unique at its node only, so a server is called {@code
   * ID@NODE}. Its address may be a name yet. One that has no port, as a service may that is none of
   * the network, or an address that is none, does not make the others unusable.
   */
  static Instances instances(String json, Limits limits) throws Malformed {
    Object answer;
    try {
      answer = JsonReader.read(json);
    } catch (JsonException e) {
      throw new Malformed("its answer is no JSON: " + e.getMessage());
    }
    if (!(answer instanceof List<?> entries)) {
      throw new Malformed("its answer is no list");
    }
    List<ServerConfig> servers = new ArrayList<>();
    int unusable = 0;
    String why = "";
    for (Object entry : entries) {
      try {
        servers.add(server(map(entry, "an entry"), limits));
      } catch (Unusable e) {
        why = unusable++ == 0 ? e.getMessage() : why;
      }
    }
    servers.sort(Comparator.comparing(ServerConfig::name));
    return new Instances(servers, unusable, why);
  }

  private static ServerConfig server(Map<?, ?> entry, Limits limits) throws Malformed, Unusable {
    Map<?, ?> node = map(entry.get("Node"), "Node");
    Map<?, ?> service = map(entry.get("Service"), "Service");
    String id = text(service.get("ID"), "Service.ID");
    String name = id + "@" + text(node.get("Node"), "Node.Node");
    Object own = service.get("Address");
    // Without one of its own a service stands where its node does.
    String host =
        own instanceof String address && !address.isEmpty()
            ? address
            : text(node.get("Address"), "Node.Address");
    if (!HOST.matcher(host).matches()) {
      throw new Unusable("the address of " + safe(name) + " is none");
    }
    Address.Tcp address = new Address.Tcp(host, port(service, name));
    if (!address.isName() && !Addresses.isHost(InetAddress.ofLiteral(host))) {
      throw new Unusable(
          "at %s, the address of %s, there can be no server".formatted(host, safe(name)));
    }
    return new ServerConfig(
        safe(name), address, weight(service), limits.maxConnections(), false, "");
  }

  private static int port(Map<?, ?> service, String name) throws Unusable {
    int port = number(service.get("Port")).orElse(0);
    if (port < 1 || port > 65_535) {
      throw new Unusable("%s has no port".formatted(safe(name)));
    }
    return port;
  }

  /** What it weighs while its checks pass. */
  private static int weight(Map<?, ?> service) {
    int weight =
        service.get("Weights") instanceof Map<?, ?> weights
            ? number(weights.get("Passing")).orElse(1)
            : 1;
    return Math.clamp(weight, 1, ServiceSource.WEIGHT_MAX);
  }

  private static Optional<Integer> number(Object value) {
    return value instanceof BigDecimal number && number.abs().compareTo(BigDecimal.TEN.pow(9)) < 0
        ? Optional.of(number.intValue())
        : Optional.empty();
  }

  private static Map<?, ?> map(Object value, String what) throws Malformed {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new Malformed(what + " of its answer is no object");
  }

  private static String text(Object value, String what) throws Malformed {
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new Malformed("an entry of its answer has no " + what);
  }

  private static String safe(String name) {
    String safe = STRANGE.matcher(name).replaceAll("_");
    return safe.substring(0, Math.min(safe.length(), NAME_CHARS_MAX));
  }
}
