package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** One of {@code pools.NAME.servers}: just an address, or a mapping. */
final class ServerType implements Type<ServerConfig> {
  static final int DEFAULT_WEIGHT = 1;

  static final Scalar<Integer> WEIGHT_TYPE = Scalars.wholeNumber(0, 256);
  static final Scalar<Integer> MAX_CONNECTIONS_TYPE = Scalars.wholeNumber(0, 1_000_000);

  static final Option<Optional<String>> NAME =
      Option.optional("name", Names.TYPE, "Unique in the pool; the address when not given.");
  static final Option<Address> ADDRESS =
      Option.required("address", AddressText.CONNECT, "Where to connect to.");
  static final Option<Integer> WEIGHT =
      Option.of(
          "weight",
          WEIGHT_TYPE,
          DEFAULT_WEIGHT,
          "Share of the work against the other servers; 0 takes nothing new.");
  static final Option<Integer> MAX_CONNECTIONS =
      Option.of(
          "max-connections",
          MAX_CONNECTIONS_TYPE,
          0,
          "Requests (tcp: connections) in flight at a time; 0 is no limit.");
  static final Option<Boolean> BACKUP =
      Option.of("backup", Scalars.truth(), false, "Used only when no other server is usable.");
  static final Option<String> ZONE = Option.of("zone", Names.TYPE, "", "Where the server stands.");

  static final Section<ServerConfig> SECTION =
      Section.of(ServerType::build, NAME, ADDRESS, WEIGHT, MAX_CONNECTIONS, BACKUP, ZONE)
          .checked(ServerType::claimName);

  @Override
  public Optional<ServerConfig> read(Value value) {
    if (value.node() instanceof MappingNode) {
      return SECTION.read(value);
    }
    Optional<ServerConfig> server = AddressText.CONNECT.read(value).map(ServerType::plain);
    server.ifPresent(s -> claim(value, value, s.name()));
    return server;
  }

  /** A server of which only the address is given. */
  static ServerConfig plain(Address address) {
    return new ServerConfig(address.toString(), address, DEFAULT_WEIGHT, 0, false, "");
  }

  private static ServerConfig build(Fields f) {
    return new ServerConfig(
        name(f).orElseThrow(),
        f.get(ADDRESS),
        f.get(WEIGHT),
        f.get(MAX_CONNECTIONS),
        f.get(BACKUP),
        f.get(ZONE));
  }

  private static Optional<String> name(Fields f) {
    return f.find(NAME).flatMap(given -> given.or(() -> f.find(ADDRESS).map(Address::toString)));
  }

  private static void claimName(Fields f) {
    Option<?> from = f.has(NAME) ? NAME : ADDRESS;
    name(f).ifPresent(name -> claim(f.at(from), f.section(), name));
  }

  private static void claim(Value at, Value server, String name) {
    at.binding()
        .claim(
            "servers of " + server.parent().where(), name, at, server, "the name '" + name + "'");
  }

  @Override
  public String expected() {
    return "an address or a mapping";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("oneOf", List.of(AddressText.CONNECT.schema(), SECTION.schema()));
  }
}
