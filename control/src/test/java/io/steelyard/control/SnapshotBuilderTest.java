package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.control.probe.Target;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Health;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Upstream;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotBuilderTest {
  private static final Address ELSEWHERE = new Address.Tcp("127.0.0.2", 9);

  private static View build(Config config) throws RefusedException {
    return SnapshotBuilder.build(config, View.NOTHING, 1, 1, Address::resolve, () -> Configs.KEYS);
  }

  private static Config one(PoolConfig pool) {
    return config(List.of(listener("web", 80, "app")), pool);
  }

  private static PoolConfig pool(
      boolean preferZone, Optional<HealthConfig> health, Optional<LoadConfig> load) {
    return new PoolConfig(
        "app",
        Balancing.of(Algorithm.ROUND_ROBIN),
        preferZone,
        health,
        List.of(server("a", 9001)),
        PoolTimeouts.DEFAULT,
        PoolLimits.DEFAULT,
        new PassiveHealth(
            1, 2, 3, 4, Duration.ofSeconds(5), Duration.ofSeconds(6), Duration.ofSeconds(7), 0.8),
        new HoldDown(1, Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4)),
        load,
        Optional.empty(),
        Optional.empty(),
        Upstream.PLAIN);
  }

  private static Optional<HealthConfig> checked(Endpoint endpoint) {
    Duration hour = Duration.ofHours(1);
    return Optional.of(new HealthConfig(new Check.Tcp(), endpoint, hour, hour, hour, 2, 3));
  }

  private static Target target(Endpoint endpoint) throws RefusedException {
    View view = build(one(pool(false, checked(endpoint), Optional.empty())));
    return Changes.between(View.NOTHING, view).targets(view).getFirst();
  }

  @Test
  void what_the_pool_says_of_passive_health_and_flapping_arrives() throws RefusedException {
    PoolConfig config = pool(false, Optional.empty(), Optional.empty());
    Pool pool = build(one(config)).snapshot().pools().getFirst();
    assertThat(pool.passive()).isEqualTo(config.passive());
    assertThat(pool.holdDown()).isEqualTo(config.holdDown());
    assertThat(pool.reporting()).isEqualTo(LoadReporting.NONE);
  }

  @Test
  void the_nodes_zone_counts_only_where_it_is_preferred() throws RefusedException {
    for (boolean preferred : List.of(true, false)) {
      PoolConfig pool = pool(preferred, Optional.empty(), Optional.empty());
      Config config =
          new Config(
              "eu-1", List.of(listener("web", 80, "app")), List.of(pool), AdminConfig.DEFAULT);
      assertThat(build(config).snapshot().pools().getFirst().balancing().zone())
          .isEqualTo(preferred ? "eu-1" : "");
    }
  }

  @Test
  void responses_are_looked_at_only_when_the_load_stands_there() throws RefusedException {
    LoadConfig inResponse = LoadConfig.of(new LoadConfig.Source.InResponse());
    LoadConfig asked = LoadConfig.of(new LoadConfig.Source.Http("/load"));
    Pool first = pools(inResponse).getFirst();
    assertThat(first.reporting())
        .isEqualTo(new LoadReporting(true, "application", Duration.ofSeconds(10)));
    assertThat(pools(asked).getFirst().reporting().inResponses()).isFalse();
  }

  private static List<Pool> pools(LoadConfig load) throws RefusedException {
    return build(one(pool(false, Optional.empty(), Optional.of(load)))).snapshot().pools();
  }

  @Test
  void a_server_that_is_to_be_checked_waits_for_its_first_verdict() throws RefusedException {
    assertThat(health(checked(new Endpoint.Same()))).isEqualTo(Health.awaiting(2, 3));
    assertThat(health(Optional.empty())).isEqualTo(Health.unknown(1, 1));
  }

  private static Health health(Optional<HealthConfig> checks) throws RefusedException {
    Pool pool = build(one(pool(false, checks, Optional.empty()))).snapshot().pools().getFirst();
    return pool.servers().getFirst().state().standing().probed();
  }

  @Test
  void checks_go_where_they_are_told_to() throws RefusedException {
    assertThat(target(new Endpoint.Same()).question().address())
        .isEqualTo(new InetSocketAddress("127.0.0.1", 9001));
    assertThat(target(new Endpoint.Port(9)).question().address())
        .isEqualTo(new InetSocketAddress("127.0.0.1", 9));
    assertThat(target(new Endpoint.Port(9)).question().host()).isEqualTo("127.0.0.1:9");
    assertThat(target(new Endpoint.At(ELSEWHERE)).question().address())
        .isEqualTo(new InetSocketAddress("127.0.0.2", 9));
    assertThat(target(new Endpoint.At(new Address.Unix("/run/x"))).question().address())
        .isEqualTo(UnixDomainSocketAddress.of("/run/x"));
  }

  @Test
  void a_place_whose_name_is_not_known_is_refused_like_a_server() {
    Endpoint nowhere = new Endpoint.At(new Address.Tcp("no-such-host.invalid", 1));
    LoadConfig agent = LoadConfig.of(new LoadConfig.Source.Agent(nowhere));
    assertThatThrownBy(() -> build(one(pool(false, checked(nowhere), Optional.of(agent)))))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.errors())
                    .satisfiesExactly(
                        first -> assertThat(first).startsWith("pool app health: the name in"),
                        second -> assertThat(second).startsWith("pool app agent: the name in")));
  }
}
