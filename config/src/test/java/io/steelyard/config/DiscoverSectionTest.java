package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.config.DiscoverConfig.Family;
import io.steelyard.config.DiscoverConfig.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code discover} may say. */
final class DiscoverSectionTest {
  private static PoolConfig pool(String pool) throws ConfigException {
    String yaml =
        "listeners: {web: {address: ':80', pool: app}}\npools: {app: %s}\n".formatted(pool);
    return ConfigParser.parse("dir/site.yaml", yaml.getBytes(StandardCharsets.UTF_8))
        .pools()
        .getFirst();
  }

  private static Source source(String discover) throws ConfigException {
    return pool("{discover: {%s}}".formatted(discover)).discover().orElseThrow().source();
  }

  @Test
  void each_kind_says_where_servers_are_found() throws Exception {
    assertThat(source("dns: a.example, port: 80, weight: 2, prefer: ipv6"))
        .isEqualTo(new Source.Dns("a.example", 80, 2, Family.IPV6, Optional.empty()));
    assertThat(source("srv: _http._tcp.a.example, resolver: '10.0.0.2:53'"))
        .isEqualTo(
            new Source.Srv(
                "_http._tcp.a.example", Family.BOTH, Optional.of(new Address.Tcp("10.0.0.2", 53))));
    assertThat(source("file: web.servers"))
        .isEqualTo(new Source.File(Path.of("dir/web.servers").toAbsolutePath(), 1));
    assertThat(source("consul: shop, tag: v2"))
        .isEqualTo(
            new Source.Consul(
                "shop", new Address.Tcp("127.0.0.1", 8500), "v2", Optional.empty(), ""));
  }

  @Test
  void servers_may_stand_beside_it_and_its_bounds_can_be_set() throws Exception {
    PoolConfig pool =
        pool(
            "{servers: ['h:1'], discover: {dns: a, port: 1, interval-min: 2s, interval-max: 1m,"
                + " servers-max: 7, max-connections: 3}}");
    assertThat(pool.servers()).hasSize(1);
    assertThat(pool.discover().orElseThrow().limits())
        .isEqualTo(new DiscoverConfig.Limits(Duration.ofSeconds(2), Duration.ofMinutes(1), 7, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                      | give 'servers' or 'discover'",
        "{discover: {}}                          | give one of 'dns', 'srv', 'file', 'consul'",
        "{discover: {dns: a}}                    | which 'port' do its servers listen on?",
        "{discover: {dns: 10.0.0.1, port: 1}}    | there is nothing to look up in '10.0.0.1'",
        "{discover: {dns: a, srv: b, port: 1}}   | give only one of",
        "{discover: {file: f, port: 1}}          | port of discover of pool 'app': only 'dns'",
        "{discover: {srv: s, weight: 2}}         | only 'dns' and 'file' has this",
        "{discover: {dns: a, port: 1, tag: t}}   | only 'consul' has this",
        "{discover: {srv: a, resolver: 'ns:53'}} | given by its address, not by a name",
        "{discover: {srv: a, interval-min: 6m}}  | longer than interval-max, which is 5m",
        "{discover: {srv: 'a b'}}                | expected the name of a service"
      })
  void mistakes_are_said_with_their_place(String pool, String message) {
    assertThatThrownBy(() -> pool(pool))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
