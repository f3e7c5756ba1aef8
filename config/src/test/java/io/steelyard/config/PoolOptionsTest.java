package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.HealthConfig.Check.Http;
import io.steelyard.config.HealthConfig.Check.Script.Expect;
import io.steelyard.config.HealthConfig.Check.Script.Send;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written about balancing, checks and limits arrives, and so do the defaults. */
final class PoolOptionsTest {
  private static Config parse(String text) throws ConfigException {
    return ConfigParser.parse("test.yaml", text);
  }

  /** A pool of one server with these entries. */
  private static PoolConfig pool(String entries) throws ConfigException {
    return parse(
            ConfigErrorsTest.LISTENERS
                + "zone: eu-1\npools:\n  app:\n    servers: [a:1]\n"
                + entries.indent(4))
        .pools()
        .getFirst();
  }

  private static HealthConfig health(String entries) throws ConfigException {
    return pool("health: {" + entries + "}").health().orElseThrow();
  }

  @Test
  void everything_about_balancing_arrives() throws ConfigException {
    PoolConfig pool =
        pool(
            """
            balance: hash
            hash-key: header:X-User
            bounded-load: 1.25
            prefer-zone: true
            slow-start: 0s
            panic-threshold: 50%
            """);
    assertThat(pool.balancing())
        .isEqualTo(
            new Balancing(
                Algorithm.HASH,
                new HashKey(HashKey.Kind.HEADER, "X-User"),
                1.25,
                "",
                Duration.ZERO,
                0.5));
    assertThat(pool.preferZone()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "header:A,HEADER,A",
    "cookie:b.c,COOKIE,b.c",
    "query:q[0],QUERY,q[0]",
    "path,PATH,''"
  })
  void every_form_of_a_hash_key_is_understood(String text, HashKey.Kind kind, String name)
      throws ConfigException {
    assertThat(pool("balance: hash\nhash-key: '" + text + "'").balancing().hashKey())
        .isEqualTo(new HashKey(kind, name));
  }

  @ParameterizedTest
  @EnumSource
  void slow_start_is_by_default_for_those_that_favour_the_idle(Algorithm algorithm)
      throws ConfigException {
    String companion =
        switch (algorithm) {
          case HASH -> "hash-key: path";
          case CUSTOM_LOAD -> "load: {header: true}";
          default -> "panic-threshold: 0%";
        };
    PoolConfig pool = pool("balance: " + algorithm.label() + "\n" + companion);
    assertThat(pool.balancing().algorithm()).isEqualTo(algorithm);
    assertThat(pool.balancing().slowStart())
        .isEqualTo(algorithm.favoursIdle() ? Duration.ofSeconds(10) : Duration.ZERO);
  }

  @Test
  void the_zone_arrives_wherever_it_stands() throws ConfigException {
    String pools = "pools: {app: {prefer-zone: true, servers: [a:1]}}\n";
    assertThat(parse(ConfigErrorsTest.LISTENERS + pools + "zone: eu-1\n").zone()).isEqualTo("eu-1");
    assertThat(parse("zone: eu-1\n" + pools + ConfigErrorsTest.LISTENERS).zone()).isEqualTo("eu-1");
    assertThat(parse(ConfigErrorsTest.LISTENERS + pools.replace("true", "false")).zone()).isEmpty();
  }

  @Test
  void every_source_of_load_reports_arrives() throws ConfigException {
    assertThat(load("agent: 9100"))
        .isEqualTo(LoadConfig.of(new LoadConfig.Source.Agent(new Endpoint.Port(9100))));
    assertThat(load("agent: '[::1]:9100', interval: 1s, expire: 1s"))
        .isEqualTo(
            new LoadConfig(
                new LoadConfig.Source.Agent(new Endpoint.At(new Address.Tcp("::1", 9100))),
                "application",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)));
    assertThat(load("http: '/load?x', metric: cpu, interval: 3s, expire: 9s"))
        .isEqualTo(
            new LoadConfig(
                new LoadConfig.Source.Http("/load?x"),
                "cpu",
                Duration.ofSeconds(3),
                Duration.ofSeconds(9)));
    LoadConfig inResponse = load("header: true, metric: gpu.0, expire: 1s");
    assertThat(inResponse.source()).isEqualTo(new LoadConfig.Source.InResponse());
    assertThat(inResponse.reporting())
        .isEqualTo(new LoadReporting(true, "gpu.0", Duration.ofSeconds(1)));
  }

  private static LoadConfig load(String entries) throws ConfigException {
    return pool("balance: custom-load\nload: {" + entries + "}").load().orElseThrow();
  }

  @Test
  void everything_about_when_and_where_to_check_arrives() throws ConfigException {
    PoolConfig pool =
        pool(
            """
            health:
              tcp: true
              interval: 8s
              fast-interval: 1s
              timeout: 3s
              rise: 4
              fall: 5
              port: 9
              hold-down: {flips: 1, window: 2m, period: 3s, max: 4s}
            """);
    assertThat(pool.health())
        .contains(
            new HealthConfig(
                new Check.Tcp(),
                new Endpoint.Port(9),
                Duration.ofSeconds(8),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                4,
                5));
    assertThat(pool.holdDown())
        .isEqualTo(
            new HoldDown(1, Duration.ofMinutes(2), Duration.ofSeconds(3), Duration.ofSeconds(4)));
  }

  @Test
  void checks_have_their_defaults() throws ConfigException {
    PoolConfig pool = pool("health: {tcp: true}");
    assertThat(pool.health()).contains(HealthConfig.of(new Check.Tcp()));
    assertThat(pool.holdDown()).isEqualTo(HoldDown.DEFAULT);
    assertThat(health("tcp: true, interval: 8s").fastInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(health("tcp: true, interval: 20ms").fastInterval()).isEqualTo(Duration.ofMillis(10));
    assertThat(health("tcp: true, address: 'unix:/x'").endpoint())
        .isEqualTo(new Endpoint.At(new Address.Unix("/x")));
  }

  @Test
  void every_kind_of_check_arrives() throws ConfigException {
    assertThat(health("http: /x?y").check()).isEqualTo(Http.get("/x?y"));
    assertThat(health("http: {path: /x}").check()).isEqualTo(Http.get("/x"));
    assertThat(health("tls: true").check()).isEqualTo(new Check.Tls("", true));
    assertThat(health("tls: {}").check()).isEqualTo(new Check.Tls("", true));
    assertThat(health("tls: {server-name: a.example, verify: false}").check())
        .isEqualTo(new Check.Tls("a.example", false));
    assertThat(health("grpc: true").check()).isEqualTo(new Check.Grpc(""));
    assertThat(health("grpc: {service: a.v1.B}").check()).isEqualTo(new Check.Grpc("a.v1.B"));
    assertThat(
            health(
                    "http: {path: /x, method: POST, host: 'a:8080', headers: {B: c d, A: 1}, "
                        + "status: [200-299, 401], body: 'u.'}")
                .check())
        .isEqualTo(
            new Http(
                "/x",
                "POST",
                "a:8080",
                List.of(new Http.Header("B", "c d"), new Http.Header("A", "1")),
                new StatusSet(
                    List.of(new StatusSet.Range(200, 299), new StatusSet.Range(401, 401))),
                Optional.of(BodyPattern.of("u."))));
  }

  @Test
  void the_texts_of_a_script_are_bytes_in_either_kind_of_quotes() throws ConfigException {
    String steps =
        "script: [{send: 'a\\r\\n\\t\\0\\\\\\xfF '}, {expect: \"\\x04\\xd2\\\\n\"}, {expect: 220}]";
    assertThat(health(steps).check())
        .isEqualTo(
            new Check.Script(
                List.of(
                    new Send("a\r\n\t\0\\\u00FF "),
                    new Expect("\u0004\u00D2\n"),
                    new Expect("220"))));
    assertThat(new Expect("\u0004\u00D2").bytes()).containsExactly(4, 0xD2);
  }

  @Test
  void everything_about_passive_health_arrives() throws ConfigException {
    assertThat(
            pool("passive: {consecutive-failures: 1, failure-percentage: 2, min-requests: 3, "
                    + "latency-factor: 4.5, window: 5s, ejection: 6s, max-ejection: 7s, "
                    + "max-ejected: 8%}")
                .passive())
        .isEqualTo(
            new PassiveHealth(
                1,
                2,
                3,
                4.5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                Duration.ofSeconds(7),
                0.08));
  }

  @Test
  void without_passive_nothing_ejects_and_with_an_empty_one_five_failures_in_a_row_do()
      throws ConfigException {
    assertThat(pool("balance: first").passive()).isEqualTo(PassiveHealth.NONE);
    PassiveHealth none = PassiveHealth.NONE;
    assertThat(pool("passive: {}").passive())
        .isEqualTo(
            new PassiveHealth(
                5,
                0,
                none.requestsMin(),
                0,
                none.window(),
                none.ejection(),
                none.ejectionMax(),
                none.ejectedMax()));
  }

  @Test
  void every_limit_and_timeout_arrives() throws ConfigException {
    PoolConfig pool =
        pool(
            """
            limits:
              idle-connections: 1
              retries: 2
              retry-budget: 3%
              retry-min: 4
              retry-unsafe: true
              concurrency: 5
              adaptive: true
              queue: 0
            timeouts: {connect: 1s, response: 2s, idle: 3s, queue: 4s, total: 5s}
            """);
    assertThat(pool.limits()).isEqualTo(new PoolLimits(1, 2, 0.03, 4, true, 5, true, 0));
    assertThat(pool.timeouts())
        .isEqualTo(
            new PoolTimeouts(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5)));
    assertThat(pool("timeouts: {total: 0s}").timeouts()).isEqualTo(PoolTimeouts.DEFAULT);
    assertThat(pool("limits: {}").limits()).isEqualTo(PoolLimits.DEFAULT);
  }

  @Test
  void an_endpoint_is_found_from_the_servers_address() {
    Address server = new Address.Tcp("a", 1);
    Address other = new Address.Unix("/x");
    assertThat(new Endpoint.Same().of(server)).isEqualTo(server);
    assertThat(new Endpoint.Port(2).of(server)).isEqualTo(new Address.Tcp("a", 2));
    assertThat(new Endpoint.At(other).of(server)).isEqualTo(other);
    assertThatThrownBy(() -> new Endpoint.Port(2).of(other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_status_set_has_both_ends_of_its_ranges() {
    assertThat(List.of(199, 200, 399, 400).stream().filter(StatusSet.DEFAULT::contains))
        .containsExactly(200, 399);
  }

  @Test
  @Timeout(20)
  void a_body_is_searched_in_bounded_time_whatever_the_expression() {
    assertThat(BodyPattern.of("b+").in("abba")).isEqualTo(BodyPattern.Found.YES);
    assertThat(BodyPattern.of("^b").in("abba")).isEqualTo(BodyPattern.Found.NO);
    assertThat(BodyPattern.of("(.*)(.*)(.*)(.*)\\1z").in("a".repeat(1000)))
        .isEqualTo(BodyPattern.Found.GAVE_UP);
    assertThat(BodyPattern.of("(a|b)*c").in("ab".repeat(500_000)))
        .isEqualTo(BodyPattern.Found.GAVE_UP);
    assertThat(BodyPattern.of("a"))
        .isEqualTo(BodyPattern.of("a"))
        .isNotEqualTo(BodyPattern.of("b"));
  }
}
