package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** {@code pools.NAME}. */
final class PoolSection {
  static final String NOUN = "pool";

  private static final Scalar<Duration> TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(1));

  // timeouts
  static final Option<Duration> CONNECT =
      Option.of(
          "connect",
          TIMEOUT,
          PoolTimeouts.DEFAULT.connect(),
          "Until a connection is established, each try.");
  static final Option<Duration> RESPONSE =
      Option.of(
          "response",
          TIMEOUT,
          PoolTimeouts.DEFAULT.response(),
          "From the last byte of the request to the first of the response.");
  static final Option<Duration> IDLE =
      Option.of(
          "idle",
          TIMEOUT,
          PoolTimeouts.DEFAULT.idle(),
          "That a connection without a request is kept.");
  static final Section<PoolTimeouts> TIMEOUTS_TYPE =
      Section.of(
          f -> new PoolTimeouts(f.get(CONNECT), f.get(RESPONSE), f.get(IDLE)),
          CONNECT,
          RESPONSE,
          IDLE);

  // limits
  static final Option<Integer> IDLE_CONNECTIONS =
      Option.of(
          "idle-connections",
          Scalars.wholeNumber(0, 100_000),
          PoolLimits.DEFAULT.idleConnections(),
          "Connections without a request that are kept to each server.");
  static final Option<Integer> RETRIES =
      Option.of(
          "retries",
          Scalars.wholeNumber(0, 16),
          PoolLimits.DEFAULT.retries(),
          "Tries of a request on further servers after its first.");
  static final Section<PoolLimits> LIMITS_TYPE =
      Section.of(
          f -> new PoolLimits(f.get(IDLE_CONNECTIONS), f.get(RETRIES)), IDLE_CONNECTIONS, RETRIES);

  /** The algorithms by all their names. */
  static final Scalar<Algorithm> ALGORITHM = algorithms();

  static final Option<Algorithm> BALANCE =
      Option.of("balance", ALGORITHM, Algorithm.ROUND_ROBIN, "How the next server is chosen.");
  static final Option<Optional<HealthConfig>> HEALTH =
      Option.optional(
          "health", HealthSection.TYPE, "How servers are checked; without it they count as up.");
  static final Option<List<ServerConfig>> SERVERS =
      Option.required("servers", new ListOf<>("server", new ServerType(), 1), "Who does the work.");
  static final Option<PoolTimeouts> TIMEOUTS =
      Option.of("timeouts", TIMEOUTS_TYPE, PoolTimeouts.DEFAULT, "How long to wait for servers.");
  static final Option<PoolLimits> LIMITS =
      Option.of("limits", LIMITS_TYPE, PoolLimits.DEFAULT, "What is used at most.");

  static final Section<PoolConfig> TYPE =
      Section.of(PoolSection::build, BALANCE, HEALTH, SERVERS, TIMEOUTS, LIMITS)
          .later("sticky", "hash-key")
          .checked(PoolSection::boundTables);

  /**
   * Tables of 128 KiB each that ip-hash may need: 64 MiB, and as much again while a reload replaces
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
    return Scalars.choice(
        choices, List.of("least-response-time", "hash", "least-bandwidth", "custom-load"));
  }

  private static void boundTables(Fields f) {
    if (f.find(BALANCE).filter(b -> b == Algorithm.IP_HASH).isEmpty()) {
      return;
    }
    boolean backups = f.find(SERVERS).stream().flatMap(List::stream).anyMatch(ServerConfig::backup);
    int tables = f.section().binding().count("ip-hash tables", backups ? 2 : 1);
    if (tables > TABLES_MAX && f.has(BALANCE)) {
      f.at(BALANCE)
          .problem(
              "more than "
                  + TABLES_MAX
                  + " pools with ip-hash (one with backup servers counts twice) need more memory"
                  + " than there is");
    }
  }

  private static PoolConfig build(Fields f) {
    return new PoolConfig(
        f.name(), f.get(BALANCE), f.get(HEALTH), f.get(SERVERS), f.get(TIMEOUTS), f.get(LIMITS));
  }
}
