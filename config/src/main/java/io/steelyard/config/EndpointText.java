package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Spelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Places beside a server's own address. */
final class EndpointText {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  /** Only a port, or a whole address. */
  static final Scalar<Endpoint> TYPE =
      new Scalar<>(
          "a port from 1 to 65535 or an address (\"host:port\", \"[v6]:port\" or \"unix:/path\")",
          true,
          EndpointText::parse,
          EndpointText::write,
          schema());

  private EndpointText() {}

  private static Parsed<Endpoint> parse(String text) {
    if (NUMBER.matcher(text).matches()) {
      int port = Integer.parseInt(text);
      return port >= 1 && port <= 65_535
          ? Parsed.good(new Endpoint.Port(port))
          : Parsed.bad("expected a port from 1 to 65535, found '" + Spelling.quotable(text) + "'");
    }
    return switch (AddressText.CONNECT.reader().apply(text)) {
      case Parsed.Good<Address>(Address address) -> Parsed.good(new Endpoint.At(address));
      case Parsed.Bad<Address>(String message) -> Parsed.bad(message);
    };
  }

  private static Object write(Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.Same() -> "";
      case Endpoint.Port(int port) -> port;
      case Endpoint.At(Address address) -> address.toString();
    };
  }

  private static Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("integer", "string"));
    schema.put("minimum", 1);
    schema.put("maximum", 65_535);
    schema.put("pattern", AddressText.CONNECT.schema().get("pattern"));
    return schema;
  }

  /**
   * Where endpoints that are only a port are kept, for the rule that the servers of {@code pool}
   * then have ports.
   */
  static Object ports(String pool) {
    return List.of("ports", pool);
  }
}
