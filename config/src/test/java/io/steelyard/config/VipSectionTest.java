package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.VipConfig.Announce;
import io.steelyard.config.VipConfig.Checksum;
import io.steelyard.config.VipConfig.Track;
import io.steelyard.config.VipConfig.What;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VipSectionTest {
  private static final String SITE =
      """
      listeners: {web: {address: ":80", routes: [{pool: app}]}}
      pools: {app: {servers: ["127.0.0.1:9"]}}
      """;

  private static VipConfig vip(String text) throws ConfigException {
    return vips("[" + text + "]").getFirst();
  }

  private static List<VipConfig> vips(String text) throws ConfigException {
    return ConfigParser.parse("site.yaml", SITE + "cluster: {vips: " + text + "}\n")
        .cluster()
        .vips();
  }

  private static List<String> errors(String text) {
    try {
      vips(text);
      return List.of();
    } catch (ConfigException e) {
      return e.errors().stream().map(ConfigError::message).toList();
    }
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void what_is_not_said_has_a_default() throws Exception {
    assertThat(vip("{address: 10.0.0.100/24, interface: eth0, router-id: 51}"))
        .isEqualTo(
            new VipConfig(
                List.of(new Network(ip("10.0.0.100"), 24)),
                "eth0",
                51,
                Optional.empty(),
                List.of(),
                Duration.ofMillis(100),
                false,
                Duration.ZERO,
                true,
                "",
                List.of(),
                Checksum.PSEUDO_HEADER,
                Announce.NEIGHBOURS,
                List.of(new Track(new What.Listeners(), 254))));
  }

  @Test
  void all_can_be_said() throws Exception {
    VipConfig vip =
        vip(
            "{addresses: ['fd00::100/64', 'fd00::101/64'], interface: bond0.7, router-id: 255,"
                + " prefer: [lb1, lb2], advertise: 30ms, preempt: true, preempt-delay: 10s, group:"
                + " front, unicast: ['fd00::2'], checksum: plain, track: [{interface: eth1,"
                + " penalty: 20}, {script: [/bin/check, '-x'], interval: 2s, timeout: 500ms},"
                + " {listeners: true}]}");
    assertThat(vip.ipv6()).isTrue();
    assertThat(vip.prefer()).containsExactly("lb1", "lb2");
    assertThat(vip.unicast()).containsExactly(ip("fd00::2"));
    assertThat(vip.track())
        .containsExactly(
            new Track(new What.Link("eth1"), 20),
            new Track(
                new What.Script(
                    List.of("/bin/check", "-x"), Duration.ofSeconds(2), Duration.ofMillis(500)),
                254),
            new Track(new What.Listeners(), 254));
  }

  @Test
  void an_address_for_all_nodes_needs_no_router() throws Exception {
    VipConfig vip = vip("{address: 10.9.9.9/32, interface: lo, announce: none}");
    assertThat(vip.announce()).isEqualTo(Announce.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {interface: e, router-id: 1}                                       | give 'address' or 'addresses'
          {address: 10.0.0.1/24, router-id: 1}                               | missing key 'interface'
          {address: 10.0.0.1/24, interface: e}                               | missing key 'router-id'
          {address: 10.0.0.1/24, interface: e, router-id: 0}                 | expected a whole number from 1 to 255, found '0'
          {address: 10.0.0.1/24, interface: e, router-id: 256}               | expected a whole number from 1 to 255
          {address: 10.0.0.1, interface: e, router-id: 1}                    | expected an address with its network's prefix
          {address: 10.0.0.1/33, interface: e, router-id: 1}                 | expected a prefix length from 1 to 32
          {address: 10.0.0.0/24, interface: e, router-id: 1}                 | '10.0.0.0/24' is the address of the network itself
          {address: 10.0.0.255/24, interface: e, router-id: 1}               | '10.0.0.255/24' is its network's broadcast address
          {address: 10.0.3.255/22, interface: e, router-id: 1}               | its network's broadcast address
          {address: 10.0.0.4/30, interface: e, router-id: 1}                 | the address of the network itself
          {address: 10.0.0.1/24, interface: e, router-id: 1, prefer: [a, b, a]} | a stands there twice
          {address: 0.0.0.0/8, interface: e, router-id: 1}                   | is no address that one host of a network has
          {address: 224.0.0.1/8, interface: e, router-id: 1}                 | is no address that one host of a network has
          {address: h/24, interface: e, router-id: 1}                        | expected an address with its network's prefix
          {address: 10.0.0.1/24, interface: e/f, router-id: 1}               | the name of a network interface
          {address: 10.0.0.1/24, interface: e, router-id: 1, priority: 255}  | expected a whole number from 1 to 254
          {address: 10.0.0.1/24, interface: e, router-id: 1, priority: 5, prefer: [a]} | give either 'priority' or 'prefer', not both
          {address: 10.0.0.1/24, interface: e, router-id: 1, advertise: 105ms} | expected a multiple of 10ms
          {address: 10.0.0.1/24, interface: e, router-id: 1, advertise: 5ms} | from 10ms
          {address: 10.0.0.1/24, interface: e, router-id: 1, announce: none} | means nothing with 'announce: none'
          {address: 10.0.0.1/24, interface: e, router-id: 1, track: [{}]}    | give one of 'listeners', 'interface', 'script'
          {address: 10.0.0.1/24, interface: e, router-id: 1, track: [{listeners: true, interval: 1s}]} | only 'script' has this
          {addresses: [10.0.0.1/24, 'fd00::1/64'], interface: e, router-id: 1} | IPv4 and IPv6 are two virtual routers
          {address: 10.0.0.1/24, interface: e, router-id: 1, unicast: [10.0.0.2:7]} | expected an address
          {address: 10.0.0.1/24, interface: e, router-id: 1, unicast: ['fd00::2']} | 'fd00::2' is an address of IPv6, and the virtual address is one of IPv4
          {address: 'fd00::1/64', interface: e, router-id: 1, unicast: [10.0.0.2]} | '10.0.0.2' is an address of IPv4, and the virtual address is one of IPv6
          {address: 10.0.0.1/24, interface: e, router-id: 1, unicast: [10.0.0.1]} | '10.0.0.1' is the virtual address itself
          {address: 10.0.0.1/24, interface: e, router-id: 1, unicast: [10.0.0.2, 10.0.0.2]} | '10.0.0.2' stands there twice
          """)
  void each_mistake_is_named(String text, String message) {
    assertThat(errors("[" + text + "]")).anySatisfy(e -> assertThat(e).contains(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.255/22", "10.0.0.0/31", "10.0.0.1/31", "10.0.0.0/32", "fd00::/64"})
  void an_address_that_a_host_can_have_is_good(String address) throws Exception {
    assertThat(vip("{address: '" + address + "', interface: e, router-id: 1}").addresses())
        .hasSize(1);
  }

  @Test
  void neither_an_address_nor_a_router_is_given_twice() {
    String one = "{address: 10.0.0.1/24, interface: e, router-id: 1}";
    assertThat(errors("[" + one + ", {address: 10.0.0.1/24, interface: f, router-id: 2}]"))
        .anySatisfy(e -> assertThat(e).contains("'10.0.0.1'").contains("already taken"));
    assertThat(errors("[" + one + ", {address: 10.0.0.2/24, interface: e, router-id: 1}]"))
        .anySatisfy(e -> assertThat(e).contains("1 on e").contains("already taken"));
    assertThat(errors("[" + one + ", {address: 'fd00::1/64', interface: e, router-id: 1}]"))
        .isEmpty();
  }

  @Test
  void a_majority_needs_nodes() {
    assertThat(quorumErrors("{quorum: nodes}")).hasSize(3).allMatch(e -> e.contains("needs '"));
    assertThat(quorumErrors("{quorum: majority}"))
        .anyMatch(e -> e.contains("none") && e.contains("nodes"));
  }

  @Test
  void leases_of_a_store_need_a_store() {
    assertThat(quorumErrors("{quorum: store}"))
        .containsExactly(
            "quorum of cluster: needs 'from' to be etcd://, zookeeper:// or consul://, where leases"
                + " can be had: there is no 'from'; without a store 'quorum: nodes' does the same"
                + " with three nodes");
    assertThat(quorumErrors("{quorum-lease: 5s}"))
        .containsExactly("quorum-lease of cluster: only 'quorum: store' has it");
    assertThat(own("file:/srv/shared"))
        .anyMatch(e -> e.contains("'file:/srv/shared' is no store that nodes have in common"));
    assertThat(own("etcd://10.0.0.1/lb")).isEmpty();
  }

  @Test
  void leases_are_in_the_store_that_the_configuration_comes_from() throws Exception {
    ClusterConfig cluster =
        ConfigParser.parse(
                List.of(
                    ConfigText.piece(
                        "own.yaml", "from: consul://10.0.0.1/lb\ncluster: {quorum: store}\n"),
                    ConfigText.shared("config", SITE)))
            .config()
            .cluster();
    assertThat(cluster.quorumLease()).isEqualTo(Duration.ofSeconds(3));
    assertThat(cluster.store())
        .hasValueSatisfying(store -> assertThat(store).hasToString("consul://10.0.0.1:8500/lb"));
  }

  private static List<String> own(String from) {
    try {
      ConfigParser.checkOwn(
          List.of(ConfigText.piece("own.yaml", "from: " + from + "\ncluster: {quorum: store}\n")));
      return List.of();
    } catch (ConfigException e) {
      return e.errors().stream().map(ConfigError::message).toList();
    }
  }

  private static List<String> quorumErrors(String cluster) {
    try {
      ConfigParser.parse("site.yaml", SITE + "cluster: " + cluster + "\n");
      return List.of();
    } catch (ConfigException e) {
      return e.errors().stream().map(ConfigError::message).toList();
    }
  }
}
