package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import io.steelyard.core.snapshot.TrustedProxies.Network;
import io.steelyard.core.snapshot.Upstream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ConfigParserTest {
  private static final String SMALL =
      """
      listeners: {web: {address: ":80", pool: app}}
      pools: {app: {servers: [a.example:1]}}
      """;

  private static final String FULL =
      """
      listeners:
        web:
          address: "[::1]:8080"
          access-log: haproxy
          trusted-proxies: [10.0.0.0/8, "::1"]
          accept-proxy-protocol: [10.9.0.0/16]
          routes:
            - {host: "*.Shop.example", path: /api/, pool: app}
            - {pool: db}
          timeouts: {head: 1500ms, idle: 2m, body: 3s, tunnel: 4h}
          limits: {connections: 5, head-size: 2KiB, header-fields: 7}
        tcp: {address: "unix:/run/x.sock", protocol: tcp, pool: db}
      pools:
        app:
          balance: weighted-least-connections
          health: {http: "/healthz?full=1", interval: 5s, timeout: 4s, rise: 1, fall: 2}
          servers:
            - 127.0.0.1:9001
            - name: b
              address: "[fd00::1]:9002"
              weight: 0
              zone: eu-1
              max-connections: 100
              backup: true
          timeouts: {connect: 1s, response: 2s, idle: 3s}
          limits: {idle-connections: 0, retries: 0}
        db: {health: {tcp: true}, servers: ["unix:/run/db.sock"]}
      admin: {address: "localhost:7701"}
      """;

  private static Config parse(String text) throws ConfigException {
    return ConfigParser.parse("test.yaml", text);
  }

  private static List<String> errors(String source, byte[] bytes) {
    return catchThrowableOfType(ConfigException.class, () -> ConfigParser.parse(source, bytes))
        .errors()
        .stream()
        .map(ConfigError::toString)
        .toList();
  }

  @Test
  void what_is_not_given_has_its_default() throws ConfigException {
    assertThat(parse(SMALL))
        .isEqualTo(
            new Config(
                "",
                List.of(
                    new ListenerConfig(
                        "web",
                        new Address.Tcp("", 80),
                        Protocol.HTTP,
                        AccessLog.JSON,
                        TrustedProxies.NONE,
                        TrustedProxies.NONE,
                        Optional.empty(),
                        List.of(new RouteConfig("", "", "app")),
                        ListenerTimeouts.DEFAULT,
                        ListenerLimits.DEFAULT,
                        ListenerPolicy.NONE)),
                List.of(
                    new PoolConfig(
                        "app",
                        Balancing.of(Algorithm.ROUND_ROBIN),
                        false,
                        Optional.empty(),
                        List.of(
                            new ServerConfig(
                                "a.example:1", new Address.Tcp("a.example", 1), 1, 0, false, "")),
                        PoolTimeouts.DEFAULT,
                        PoolLimits.DEFAULT,
                        PassiveHealth.NONE,
                        HoldDown.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Upstream.PLAIN)),
                AdminConfig.DEFAULT));
  }

  @Test
  void every_listener_option_arrives() throws ConfigException {
    assertThat(parse(FULL).listeners())
        .containsExactly(
            new ListenerConfig(
                "web",
                new Address.Tcp("::1", 8080),
                Protocol.HTTP,
                AccessLog.HAPROXY,
                new TrustedProxies(
                    List.of(
                        new Network(InetAddress.ofLiteral("10.0.0.0"), 8),
                        new Network(InetAddress.ofLiteral("::1"), 128))),
                new TrustedProxies(List.of(new Network(InetAddress.ofLiteral("10.9.0.0"), 16))),
                Optional.empty(),
                List.of(
                    new RouteConfig("*.shop.example", "/api/", "app"),
                    new RouteConfig("", "", "db")),
                new ListenerTimeouts(
                    Duration.ofMillis(1500),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(3),
                    Duration.ofHours(4)),
                new ListenerLimits(5, 2048, 7),
                ListenerPolicy.NONE),
            new ListenerConfig(
                "tcp",
                new Address.Unix("/run/x.sock"),
                Protocol.TCP,
                AccessLog.JSON,
                TrustedProxies.NONE,
                TrustedProxies.NONE,
                Optional.empty(),
                List.of(new RouteConfig("", "", "db")),
                ListenerTimeouts.DEFAULT,
                ListenerLimits.DEFAULT,
                ListenerPolicy.NONE));
  }

  @Test
  void every_pool_option_arrives() throws ConfigException {
    assertThat(parse(FULL).pools().getFirst())
        .isEqualTo(
            new PoolConfig(
                "app",
                Balancing.of(Algorithm.LEAST_CONNECTIONS),
                false,
                Optional.of(
                    new HealthConfig(
                        HealthConfig.Check.Http.get("/healthz?full=1"),
                        new Endpoint.Same(),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(1250),
                        Duration.ofSeconds(4),
                        1,
                        2)),
                List.of(
                    new ServerConfig(
                        "127.0.0.1:9001", new Address.Tcp("127.0.0.1", 9001), 1, 0, false, ""),
                    new ServerConfig("b", new Address.Tcp("fd00::1", 9002), 0, 100, true, "eu-1")),
                PoolTimeouts.DEFAULT.with(
                    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3)),
                PoolLimits.DEFAULT.with(0, 0),
                PassiveHealth.NONE,
                HoldDown.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Upstream.PLAIN));
    assertThat(parse(FULL).pools().get(1).health().orElseThrow().check())
        .isEqualTo(new HealthConfig.Check.Tcp());
    assertThat(parse(FULL).admin().address()).isEqualTo(new Address.Tcp("localhost", 7701));
  }

  @Test
  void equal_texts_give_equal_configurations() throws ConfigException {
    assertThat(parse(FULL)).isEqualTo(parse(FULL)).hasSameHashCodeAs(parse(FULL));
    assertThat(parse(FULL)).isNotEqualTo(parse(FULL.replace("rise: 1", "rise: 2")));
  }

  @Test
  void an_alias_stands_for_what_it_names() throws ConfigException {
    Config config =
        parse(
            """
            listeners: {web: {address: ":80", pool: a}}
            pools:
              a: {servers: &servers [h:1, h:2], health: &check {http: /}}
              b: {servers: *servers, health: *check}
            """);
    assertThat(config.pools().get(1).servers()).isEqualTo(config.pools().get(0).servers());
    assertThat(config.pools().get(1).health()).isEqualTo(config.pools().get(0).health());
  }

  @Test
  void aliases_to_lists_and_mappings_are_bounded() {
    String lines = ", *s".repeat(60);
    assertThatThrownBy(() -> parse(SMALL + "x: [&s [1]" + lines + "]\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("aliases");
  }

  @Test
  void all_errors_come_at_once_and_by_position() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                parse(
                    """
                    admin: {address: ":7700"}
                    pools:
                      app:
                        balance: fastest
                        servers: [a:0, {name: "-", address: "b:1", weight: -1}]
                    listeners:
                      web: {address: ":80", pool: ap, pool: app}
                      web: {}
                      dup: {address: "0.0.0.0:80", pool: app, tls: 1}
                    color: 1
                    """));
    assertThat(e.errors().stream().map(x -> x.line() + ":" + x.column()))
        .containsExactly(
            "1:18", "4:14", "5:15", "5:27", "5:56", "7:31", "7:35", "8:3", "9:18", "9:48", "10:1");
    assertThat(e).hasMessageContaining("test.yaml:7:31: pool of listener 'web': there is no pool");
  }

  @Test
  @Timeout(20)
  void a_file_full_of_errors_is_answered_in_bounded_time() {
    StringBuilder text = new StringBuilder("pools:\n");
    for (int i = 0; i < 5000; i++) {
      text.append("  %s%04d: {servers: [a:1]}\n".formatted("p".repeat(60), i));
    }
    text.append("listeners:\n  web:\n    address: ':1'\n    routes:\n");
    for (int i = 5000; i < 10_000; i++) {
      text.append("    - {pool: %s%04d}\n".formatted("q".repeat(60), i));
    }
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> parse(text.toString()));
    assertThat(e.errors()).hasSize(201);
    assertThat(e.errors().getLast()).hasToString("test.yaml: and 4800 more errors");
  }

  @Test
  void columns_count_characters_not_bytes_or_halves() {
    assertThatThrownBy(() -> parse(SMALL.replace("web:", "\"\uD83D\uDE00é\": {}, web: ")))
        .hasMessageStartingWith("test.yaml:1:13: name of listener");
  }

  @Test
  void a_byte_order_mark_and_windows_line_ends_are_fine() throws ConfigException {
    assertThat(parse("\uFEFF" + SMALL.replace("\n", "\r\n"))).isEqualTo(parse(SMALL));
  }

  @Test
  void bytes_that_are_no_utf8_are_pointed_at() {
    byte[] bytes = (SMALL + "\r\n# é: ?").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 1] = (byte) 0xE9;
    assertThat(errors("f", bytes)).containsExactly("f:4:6: not valid UTF-8: byte 0xE9");
    bytes[0] = (byte) 0x80;
    assertThat(errors("f", bytes)).containsExactly("f:1:1: not valid UTF-8: byte 0x80");
  }

  @Test
  void a_text_of_more_than_a_mebibyte_is_refused() {
    String padding = "#" + "x".repeat(ConfigParser.FILE_BYTES_MAX) + "\n";
    assertThat(errors("f", (padding + SMALL).getBytes(StandardCharsets.UTF_8)))
        .containsExactly("f: larger than 1 MiB");
    assertThatThrownBy(() -> parse(padding + SMALL)).hasMessageEndingWith("larger than 1 MiB");
  }

  @Test
  void a_file_that_cannot_be_read_is_an_error_of_the_whole_file(@TempDir Path dir)
      throws Exception {
    Path missing = dir.resolve("none.yaml");
    assertThatThrownBy(() -> ConfigParser.parseFile(missing))
        .isInstanceOf(ConfigException.class)
        .hasMessage(missing + ": no such file");
    assertThatThrownBy(() -> ConfigParser.parseFile(dir))
        .isInstanceOf(ConfigException.class)
        .hasMessage(dir + ": is a directory, expected a file");
    Path big = dir.resolve("big.yaml");
    Files.write(big, new byte[ConfigParser.FILE_BYTES_MAX + 1]);
    assertThatThrownBy(() -> ConfigParser.parseFile(big)).hasMessage(big + ": larger than 1 MiB");
    Path good = Files.writeString(dir.resolve("good.yaml"), SMALL);
    assertThat(ConfigParser.parseFile(good)).isEqualTo(parse(SMALL));
  }
}
