package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.Upstream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A configuration from the command line: one HTTP listener, one pool, TCP checks. */
public final class QuickConfig {
  /** The name of the listener. */
  public static final String LISTENER = "web";

  /** The name of the pool. */
  public static final String POOL = "app";

  private final List<ConfigError> errors = new ArrayList<>();

  private QuickConfig() {}

  /**
   * What {@code steelyard proxy --from FROM --to TO... [--balance BALANCE]} runs.
   *
   * @param from where to listen: {@code :port}, {@code host:port}, {@code [v6]:port}, {@code
   *     unix:/path}
   * @param to the servers' addresses, each once; at least one
   * @param balance the algorithm's name; null or empty is {@code round-robin}
   * @throws ConfigException whose errors name the option in place of a file
   */
  public static Config of(String from, List<String> to, String balance) throws ConfigException {
    return new QuickConfig().build(from, to, balance);
  }

  private Config build(String from, List<String> to, String balance) throws ConfigException {
    Optional<Address> listen = read("--from", AddressText.LISTEN, from);
    listen
        .filter(a -> SocketKeys.overlap(a, AdminConfig.DEFAULT.address()))
        .ifPresent(a ->
            error(
                "--from",
                "'%s' overlaps the admin API's address '%s'"
                    .formatted(from, AdminConfig.DEFAULT.address())));
    List<ServerConfig> servers = servers(to);
    Optional<Algorithm> algorithm =
        balance == null || balance.isEmpty()
            ? Optional.of(Algorithm.ROUND_ROBIN)
            : read("--balance", PoolSection.ALGORITHM, balance);
    algorithm
        .flatMap(PoolSection::needs)
        .ifPresent(need -> error("--balance", need + ", which takes a configuration file"));
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    return new Config(
        "",
        List.of(listener(listen.orElseThrow())),
        List.of(pool(algorithm.orElseThrow(), servers)),
        AdminConfig.DEFAULT);
  }

  private List<ServerConfig> servers(List<String> to) {
    if (to.isEmpty()) {
      error("--to", "expected at least one server");
    }
    List<ServerConfig> servers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : to) {
      Optional<ServerConfig> server =
          read("--to", AddressText.CONNECT, text).map(ServerType::plain);
      server
          .filter(s -> !names.add(s.name()))
          .ifPresent(s -> error("--to", "'" + text + "' is given twice"));
      server.ifPresent(servers::add);
    }
    return servers;
  }

  private static ListenerConfig listener(Address address) {
    return new ListenerConfig(
        LISTENER,
        address,
        Protocol.HTTP,
        AccessLog.JSON,
        TrustedProxies.NONE,
        TrustedProxies.NONE,
        Optional.empty(),
        List.of(new RouteConfig("", "", POOL)),
        ListenerTimeouts.DEFAULT,
        ListenerLimits.DEFAULT,
        ListenerPolicy.NONE);
  }

  private static PoolConfig pool(Algorithm balance, List<ServerConfig> servers) {
    return new PoolConfig(
        POOL,
        Balancing.of(balance),
        false,
        Optional.of(HealthConfig.of(new HealthConfig.Check.Tcp())),
        servers,
        PoolTimeouts.DEFAULT,
        PoolLimits.DEFAULT,
        PassiveHealth.NONE,
        HoldDown.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Upstream.PLAIN);
  }

  private <T> Optional<T> read(String option, Scalar<T> type, String text) {
    return switch (type.reader().apply(text)) {
      case Parsed.Good<T>(T good) -> Optional.of(good);
      case Parsed.Bad<T>(String message) -> {
        error(option, message);
        yield Optional.empty();
      }
    };
  }

  private void error(String option, String message) {
    errors.add(new ConfigError(option, 0, 0, message));
  }
}
