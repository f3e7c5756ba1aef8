package io.steelyard.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.Outcome;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.ThreadTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a change of one server costs in a pool of 10,000: until it is served, and the event loops
 * meanwhile. The bars are for a quiet machine; on one that does other things, too, medians are
 * compared with room.
 */
final class ManyServersTest {
  private static final int SERVERS = 10_000;
  private static final int WARM_UPS = 15;
  private static final int CHANGES = 20;
  private static final double SERVED_MS = 20;
  private static final double PAUSE_MS = 5;

  /** For a machine that builds something else at the same time. */
  private static final double TOLERANCE = 3;

  private final int port = FreePorts.any();
  private int changes;

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          round-robin       |                             |
          least-connections |                             | {tcp: true, interval: 10m, timeout: 2s}
          ip-hash           |                             |
          round-robin       | {source: true, ttl: 30m}    | {tcp: true, interval: 10m, timeout: 2s}
          least-connections | {cookie: srv}               |
          """)
  void one_server_of_many_is_changed_without_a_pause(String balance, String sticky, String health)
      throws Exception {
    Config config = config(balance, sticky, health);
    try (CountedNode node = CountedNode.serving(config, port)) {
      double[] servedMs = new double[CHANGES];
      double[] workMs = new double[CHANGES];
      double[] pauseMs = new double[CHANGES];
      double[] quietMs = new double[CHANGES];
      for (int n = -WARM_UPS; n < CHANGES; n++) {
        Config next = changed(config);
        double quiet = node.longestPauseMs(() -> CountedNode.pause(30));
        long began = System.nanoTime();
        long[] took = new long[2];
        double pause =
            node.longestPauseMs(() -> {
              long workedNs = ThreadTime.ns();
              assertThat(node.apply(next)).isInstanceOf(Outcome.Applied.class);
              took[0] = System.nanoTime() - began;
              took[1] = ThreadTime.ns() - workedNs;
              CountedNode.pause(10);
            });
        config = next;
        if (n >= 0) {
          servedMs[n] = took[0] / 1e6;
          workMs[n] = took[1] / 1e6;
          pauseMs[n] = pause;
          quietMs[n] = quiet;
        }
      }
      System.out.printf(
          "%d servers, %s %s %s: one change served in %.1f ms (median; %.1f at most; bar %.0f;"
              + " %.1f of them the thread's own),"
              + " longest pause of a loop %.1f ms (median; %.1f at most; %.1f without a change;"
              + " bar %.0f), %d requests, %d failed%n",
          SERVERS,
          balance,
          sticky == null ? "" : sticky,
          health == null ? "" : "checked",
          median(servedMs),
          most(servedMs),
          SERVED_MS,
          median(workMs),
          median(pauseMs),
          most(pauseMs),
          median(quietMs),
          PAUSE_MS,
          node.answered(),
          node.failed());
      assertThat(node.failed()).isZero();
      assertThat(node.answered()).isPositive();
      assertThat(median(workMs)).as("ms of work until served").isLessThan(SERVED_MS * TOLERANCE);
      assertThat(median(pauseMs))
          .as("ms of the longest pause")
          .isLessThan(PAUSE_MS * TOLERANCE + median(quietMs));
    }
  }

  /** One server more, one less, one of another weight, in turn; each somewhere else. */
  private Config changed(Config config) {
    int at = (changes * 7919) % (SERVERS - 1);
    return switch (changes++ % 3) {
      case 0 -> with(config, servers -> servers.add(at, server(SERVERS)));
      case 1 -> with(config, servers -> servers.remove(server(SERVERS)));
      default ->
          with(
              config,
              servers -> {
                ServerConfig one = servers.get(at);
                servers.set(
                    at,
                    new ServerConfig(
                        one.name(), one.address(), one.weight() % 5 + 1, 0, false, ""));
              });
    };
  }

  private interface Edit {
    void on(List<ServerConfig> servers);
  }

  private static Config with(Config config, Edit edit) {
    PoolConfig pool = config.pools().getFirst();
    List<ServerConfig> servers = new ArrayList<>(pool.servers());
    edit.on(servers);
    return with(config, pool, servers);
  }

  private static Config with(Config config, PoolConfig pool, List<ServerConfig> servers) {
    return new Config(
        config.zone(),
        config.listeners(),
        List.of(pool.withServers(servers)),
        config.admin(),
        config.state(),
        config.cluster(),
        config.files());
  }

  private Config config(String balance, String sticky, String health) throws Exception {
    String text =
        """
        listeners:
          web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: app}]}
        pools:
          app:
            balance: %s
            timeouts: {idle: 1s}
        %s%s    servers: ["127.0.0.1:%d"]
        admin: {address: "127.0.0.1:%d"}
        """
            .formatted(
                FreePorts.any(),
                balance,
                sticky == null ? "" : "    sticky: " + sticky + "\n",
                health == null ? "" : "    health: " + health + "\n",
                port,
                FreePorts.any());
    Config config = ConfigParser.parse("many.yaml", text);
    List<ServerConfig> servers = new ArrayList<>();
    for (int n = 0; n < SERVERS; n++) {
      servers.add(server(n));
    }
    return with(config, config.pools().getFirst(), servers);
  }

  /** All of them are one program that listens on every address of this machine. */
  private ServerConfig server(int n) {
    Address address =
        new Address.Tcp("127.%d.%d.%d".formatted(1 + n / 40_000, n / 200 % 200, 1 + n % 200), port);
    return new ServerConfig("s" + n, address, 1 + n % 3, 0, false, "");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
