package io.steelyard.app.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.config.Address;
import io.steelyard.config.ClientTls;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FromConfig;
import io.steelyard.config.OwnSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule about what is configured. */
final class SettingsRulesTest {
  private static final String PAIR =
      """
      cluster:
        node: lb1
        bind: 10.0.0.11:7701
        peers: [10.0.0.11:7701, 10.0.0.12:7701]
        key: cluster.key
      """;
  private static final String VIP =
      "  vips: [{address: 10.0.0.100/24, interface: eth0, router-id: 51}]\n";

  @TempDir private Path dir;

  @BeforeEach
  void makeKey() throws IOException {
    Files.writeString(dir.resolve("cluster.key"), "0123456789abcdef0123456789abcdef\n");
  }

  @Test
  void a_pair_with_an_address_is_good_but_for_its_cut() throws ConfigException {
    assertThat(rules(site("") + PAIR + VIP)).containsExactly("two-owners", "pool");
  }

  @Test
  void a_node_without_others_is_alone() throws ConfigException {
    assertThat(rules(site(""))).containsExactly("one-node", "pool");
    assertThat(rules(site("") + PAIR.replace("10.0.0.11:7701, 10.0.0.12", "10.0.0.11")))
        .containsExactly("one-node", "pool");
    // Listening at every address, its only peer must be another node.
    assertThat(
            rules(
                site("")
                    + PAIR.replace("10.0.0.11:7701, ", "")
                        .replace("10.0.0.11", "")
                        .replace("bind: :7701", "bind: \":7701\"")))
        .containsExactly("no-vip", "pool");
  }

  @Test
  void an_address_that_no_listener_is_at_refuses_everybody() throws ConfigException {
    String elsewhere = site("").replace("\":8080\"", "\"10.0.0.11:8080\"");
    assertThat(rules(elsewhere + PAIR + VIP)).startsWith("vip-not-served");
    String there = site("").replace("\":8080\"", "\"10.0.0.100:8080\"");
    assertThat(rules(there + PAIR + VIP)).doesNotContain("vip-not-served");
  }

  @Test
  void sessions_that_are_remembered_by_one_node_are_lost_with_it() throws ConfigException {
    String sticky = site("sticky: {source: true},");
    assertThat(rules(sticky + PAIR)).startsWith("sessions-not-shared");
    assertThat(rules(sticky)).doesNotContain("sessions-not-shared");
    assertThat(rules(sticky + "state: {share: peers}\n" + PAIR))
        .doesNotContain("sessions-not-shared");
  }

  @Test
  void cookies_that_one_process_signs_are_understood_by_no_other() throws ConfigException {
    String sticky = site("sticky: {cookie: srv},");
    assertThat(rules(sticky)).contains("cookies-own-key");
    assertThat(rules(sticky + PAIR)).doesNotContain("cookies-own-key");
    assertThat(rules(sticky + "state: {keys: cluster.key}\n")).doesNotContain("cookies-own-key");
  }

  @Test
  void a_store_of_sessions_with_one_member_is_a_single_point_of_failure() throws ConfigException {
    String sticky = site("sticky: {source: true},");
    for (String share : List.of("redis://h1", "memcached://h1")) {
      assertThat(rules(sticky + "state: {share: \"" + share + "\"}\n" + PAIR))
          .startsWith("share-one-store");
    }
    for (String share : List.of("redis+sentinel://h1,h2/m", "redis+cluster://h1")) {
      assertThat(rules(sticky + "state: {share: \"" + share + "\"}\n" + PAIR))
          .doesNotContain("share-one-store");
    }
  }

  @Test
  void an_admin_api_that_others_reach_without_tls_is_a_risk() throws ConfigException {
    String admin = "admin: {address: \":7700\", token: cluster.key}\n";
    assertThat(rules(site("") + admin)).contains("admin-plain");
    assertThat(rules(site("") + admin.replace(":7700", "127.0.0.1:7700")))
        .doesNotContain("admin-plain");
  }

  @Test
  void a_store_of_which_one_member_is_named_is_a_single_point_of_failure() throws ConfigException {
    assertThat(from(FromConfig.Kind.ETCD, "10.0.0.21")).contains("store-one-member");
    assertThat(from(FromConfig.Kind.ETCD, "10.0.0.21", "10.0.0.22"))
        .doesNotContain("store-one-member");
    // The agent of this machine, which knows the servers of Consul.
    assertThat(from(FromConfig.Kind.CONSUL, "127.0.0.1")).doesNotContain("store-one-member");
  }

  @Test
  void nodes_that_find_each_other_in_their_store_are_not_called_alone() throws ConfigException {
    String cluster = "cluster: {bind: \"10.0.0.11:7701\", key: cluster.key}\n";
    Config config = ConfigParser.parse(dir + "/site.yaml", site("") + cluster);
    FromConfig store =
        new FromConfig.Store(
            FromConfig.Kind.ETCD,
            false,
            List.of(new Address.Tcp("10.0.0.21", 2379)),
            "",
            Optional.empty(),
            ClientTls.DEFAULT,
            "/lb/");
    assertThat(rules(Setups.of(new Settings(config, Optional.of(store), Optional.empty()))))
        .doesNotContain("one-node");
    assertThat(rules(site("") + cluster)).contains("one-node");
  }

  private List<String> from(FromConfig.Kind kind, String... hosts) throws ConfigException {
    List<Address.Tcp> endpoints =
        List.of(hosts).stream().map(host -> new Address.Tcp(host, 2379)).toList();
    FromConfig from =
        new FromConfig.Store(
            kind, false, endpoints, "", Optional.empty(), ClientTls.DEFAULT, "/lb/");
    Config config = ConfigParser.parse(dir + "/site.yaml", site(""));
    return rules(Setups.of(new Settings(config, Optional.of(from), Optional.empty())));
  }

  @Test
  void what_stands_in_a_folder_is_judged_and_a_last_good_file_that_cannot_be_kept_told()
      throws Exception {
    Files.createDirectory(dir.resolve("shared"));
    Files.writeString(dir.resolve("shared/config"), site("sticky: {cookie: srv},"));
    Path own =
        Files.writeString(
            dir.resolve("own.yaml"), "from: file:shared\nstore: {last-good: none/kept}\n");
    SettingsReader.Read read = SettingsReader.read(OwnSource.at(own));
    assertThat(read.away()).isEmpty();
    assertThat(rules(Setups.of(read.settings())))
        .contains("last-good", "cookies-own-key", "one-node", "pool");
  }

  @Test
  void a_store_that_is_away_hides_only_what_stands_there() throws Exception {
    Path own =
        Files.writeString(
            dir.resolve("own.yaml"), "from: etcd://127.0.0.1:1/lb\ncluster: {node: lb1}\n");
    SettingsReader.Read read = SettingsReader.read(OwnSource.at(own));
    assertThat(read.away().orElseThrow()).contains("etcd://127.0.0.1:1/lb", "did not answer");
    assertThat(read.settings().config().cluster().node()).isEqualTo("lb1");
    assertThat(rules(Setups.of(read.settings()))).containsExactly("one-node", "store-one-member");
  }

  @Test
  void limits_of_a_process_are_read_as_the_kernel_writes_them() throws IOException {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             7823                 7823                 processes
        Max open files            1024                 524288               files
        """;
    assertThat(HostReader.openFiles(limits)).isEqualTo(1024);
    assertThat(HostReader.openFiles("Max open files            unlimited  unlimited  files\n"))
        .isEqualTo(Long.MAX_VALUE);
  }

  private static String site(String more) {
    return """
    listeners: {web: {address: ":8080", pool: app}}
    pools: {app: {health: {tcp: true}, %s servers: ["10.0.0.21:80", "10.0.0.22:80"]}}
    """
        .formatted(more);
  }

  private List<String> rules(String yaml) throws ConfigException {
    return rules(Setups.of(dir.toString(), yaml));
  }

  private static List<String> rules(Facts facts) {
    return Diagnosis.of(facts).findings().stream().map(Finding::rule).toList();
  }
}
