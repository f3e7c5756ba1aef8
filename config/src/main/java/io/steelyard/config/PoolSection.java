package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.core.snapshot.Upstream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** {@code pools.NAME}. */
final class PoolSection {
  static final String NOUN = "pool";

  /** Where {@code prefer-zone: true} is kept, for the rule that the node then has a zone. */
  static final Object ZONES = "zones";

  /** The algorithms by all their names. */
  static final Scalar<Algorithm> ALGORITHM = algorithms();

  static final Option<Algorithm> BALANCE =
      Option.of("balance", ALGORITHM, Algorithm.ROUND_ROBIN, "How the next server is chosen.");
  static final Option<Optional<HashKey>> HASH_KEY =
      Option.optional("hash-key", HashKeyText.TYPE, "What of a request 'hash' chooses by.");
  static final Option<Optional<Double>> BOUNDED_LOAD =
      Option.optional(
          "bounded-load",
          Scalars.number(1.01, 100),
          "For 'hash' and 'ip-hash': no server above this multiple of the average; none by"
              + " default.");
  static final Option<Optional<LoadConfig>> LOAD =
      Option.optional(
          "load", LoadSection.TYPE, "For 'custom-load': how servers report their own load.");
  static final Option<Boolean> PREFER_ZONE =
      Option.of(
          "prefer-zone",
          Scalars.truth(),
          false,
          "Whether servers of the node's own zone come first while enough of them are healthy.");
  static final Option<Optional<Duration>> SLOW_START =
      Option.optional(
          "slow-start",
          Scalars.duration(Duration.ZERO, Duration.ofHours(1)),
          "Until a recovered or added server has its whole weight; by default 10s for algorithms"
              + " that favour idle servers, else 0s.");
  static final Option<Double> PANIC_THRESHOLD =
      Option.of(
          "panic-threshold",
          Scalars.percentage(0, 100),
          0.0,
          "When fewer servers are healthy, all are used, healthy or not; 0%: never.");
  static final Option<Optional<HealthSection.Checks>> HEALTH =
      Option.optional(
          "health", HealthSection.TYPE, "How servers are checked; without it they count as up.");
  static final Option<PassiveHealth> PASSIVE =
      Option.of(
          "passive",
          PassiveSection.TYPE,
          PassiveHealth.NONE,
          "When traffic alone takes a server out; without it, it never does.");
  static final Option<List<ServerConfig>> SERVERS =
      Option.of(
          "servers",
          new ListOf<>("server", new ServerType(), 1),
          List.of(),
          "Who does the work; needed unless they are discovered.");
  static final Option<Optional<DiscoverConfig>> DISCOVER =
      Option.optional(
          "discover",
          DiscoverSection.TYPE,
          "Where further servers are found, which come and go while the node runs.");
  static final Option<ProxyProtocol> SEND_PROXY_PROTOCOL =
      Option.of(
          "send-proxy-protocol",
          proxyProtocols(),
          ProxyProtocol.NONE,
          "Begins each connection to a server with the client's address.");
  static final Option<PoolTimeouts> TIMEOUTS =
      Option.of(
          "timeouts",
          PoolTimeoutsSection.TYPE,
          PoolTimeouts.DEFAULT,
          "How long to wait for servers.");
  static final Option<PoolLimits> LIMITS =
      Option.of("limits", PoolLimitsSection.TYPE, PoolLimits.DEFAULT, "What is used at most.");

  static final Option<Optional<StickyConfig>> STICKY =
      Option.optional(
          "sticky", StickySection.TYPE, "Keeps the requests of a session at one server.");

  static final Section<PoolConfig> TYPE =
      Section.of(
              PoolSection::build,
              BALANCE,
              HASH_KEY,
              BOUNDED_LOAD,
              STICKY,
              LOAD,
              PREFER_ZONE,
              SLOW_START,
              PANIC_THRESHOLD,
              HEALTH,
              PASSIVE,
              SERVERS,
              DISCOVER,
              SEND_PROXY_PROTOCOL,
              TIMEOUTS,
              LIMITS)
          .atLeastOneOf(SERVERS, DISCOVER)
          .checked(PoolSection::check);

  /**
   * Tables of 128 KiB each that hashing may need: 64 MiB, and as much again while a reload replaces
   * them, of a heap of 256 MiB.
   */
  static final int TABLES_MAX = 512;

  private PoolSection() {}

  private static Scalar<Algorithm> algorithms() {
    LinkedHashMap<String, Algorithm> choices = new LinkedHashMap<>();
    for (Algorithm algorithm : Algorithm.values()) {
      choices.put(algorithm.label(), algorithm);
    }
    for (Algorithm algorithm : Algorithm.values()) {
      String alias = "weighted-" + algorithm.label();
      Algorithm.of(alias).ifPresent(same -> choices.put(alias, same));
    }
    return Scalars.choice(choices, List.of());
  }

  private static Scalar<ProxyProtocol> proxyProtocols() {
    LinkedHashMap<String, ProxyProtocol> choices = new LinkedHashMap<>();
    choices.put("none", ProxyProtocol.NONE);
    choices.put("v1", ProxyProtocol.V1);
    choices.put("v2", ProxyProtocol.V2);
    return Scalars.choice(choices, List.of());
  }

  /** What an algorithm cannot do without, in words; empty for most. */
  static Optional<String> needs(Algorithm algorithm) {
    return switch (algorithm) {
      case HASH -> Optional.of("'hash' needs a 'hash-key': " + HashKeyText.FORMS);
      case CUSTOM_LOAD ->
          Optional.of("'custom-load' needs 'load': {agent: PORT}, {http: /PATH} or {header: true}");
      default -> Optional.empty();
    };
  }

  private static void check(Fields f) {
    f.find(BALANCE).ifPresent(algorithm -> checkAlgorithm(f, algorithm));
    if (f.find(PREFER_ZONE).filter(prefer -> prefer).isPresent()) {
      f.section().binding().note(ZONES, f.at(PREFER_ZONE));
    }
    f.find(SERVERS).ifPresent(servers -> checkPorts(f, servers));
    boundTables(f);
  }

  private static void checkAlgorithm(Fields f, Algorithm algorithm) {
    only(f, HASH_KEY, algorithm, Algorithm.HASH);
    only(f, BOUNDED_LOAD, algorithm, Algorithm.HASH, Algorithm.IP_HASH);
    only(f, LOAD, algorithm, Algorithm.CUSTOM_LOAD);
    Option<?> companion = algorithm == Algorithm.HASH ? HASH_KEY : LOAD;
    if (!f.has(companion)) {
      needs(algorithm).ifPresent(need -> f.at(BALANCE).problem(need));
    }
  }

  private static void only(
      Fields f, Option<?> option, Algorithm algorithm, Algorithm... meaningful) {
    List<Algorithm> accepted = List.of(meaningful);
    if (f.has(option) && !accepted.contains(algorithm)) {
      f.at(option)
          .problem(
              "only 'balance: %s' has this, found '%s'"
                  .formatted(
                      String.join("' or '", accepted.stream().map(Algorithm::label).toList()),
                      algorithm.label()));
    }
  }

  /** A UNIX address has no other port. */
  private static void checkPorts(Fields f, List<ServerConfig> servers) {
    for (ServerConfig server : servers) {
      if (server.address() instanceof Address.Unix) {
        for (Value port : f.section().binding().noted(EndpointText.ports(f.where()))) {
          port.problem("server '%s' has no ports: give an address".formatted(server.name()));
        }
        return;
      }
    }
  }

  private static void boundTables(Fields f) {
    if (f.find(BALANCE).filter(b -> b == Algorithm.IP_HASH || b == Algorithm.HASH).isEmpty()) {
      return;
    }
    boolean backups =
        f.has(DISCOVER)
            || f.find(SERVERS).stream().flatMap(List::stream).anyMatch(ServerConfig::backup);
    int tables = f.section().binding().count("hash tables", backups ? 2 : 1);
    if (tables > TABLES_MAX && f.has(BALANCE)) {
      f.at(BALANCE)
          .problem(
              "more than "
                  + TABLES_MAX
                  + " pools that hash (one with backup servers, or that discovers its servers, counts"
                  + " twice) need more memory than there is");
    }
  }

  private static PoolConfig build(Fields f) {
    return new PoolConfig(
        f.name(),
        balancing(f),
        f.get(PREFER_ZONE),
        f.get(HEALTH).map(HealthSection.Checks::config),
        f.get(SERVERS),
        f.get(TIMEOUTS),
        f.get(LIMITS),
        f.get(PASSIVE),
        f.get(HEALTH).map(HealthSection.Checks::holdDown).orElse(HoldDown.DEFAULT),
        f.get(LOAD),
        f.get(STICKY),
        f.get(DISCOVER),
        new Upstream(f.get(SEND_PROXY_PROTOCOL)));
  }

  private static Balancing balancing(Fields f) {
    Algorithm algorithm = f.get(BALANCE);
    return new Balancing(
        algorithm,
        f.get(HASH_KEY).orElse(HashKey.ADDRESS),
        f.get(BOUNDED_LOAD).orElse(0.0),
        "",
        f.get(SLOW_START).orElse(Balancing.slowStartDefault(algorithm)),
        f.get(PANIC_THRESHOLD));
  }
}
