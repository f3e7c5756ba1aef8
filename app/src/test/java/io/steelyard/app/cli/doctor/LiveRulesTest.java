package io.steelyard.app.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.cli.doctor.Facts.Host;
import io.steelyard.app.cli.doctor.Facts.Live;
import io.steelyard.app.cli.doctor.Facts.Peer;
import io.steelyard.app.cli.doctor.Facts.Pool;
import io.steelyard.app.cli.doctor.Facts.Server;
import io.steelyard.app.cli.doctor.Facts.Vip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each rule about what runs: what it finds, and that it finds nothing where nothing is wrong. */
final class LiveRulesTest {
  private static final Vip BACKUP = Setups.vip("backup", "10.0.0.12", "");

  @Test
  void of_a_good_setup_nothing_is_said_but_that_it_is_good() {
    Diagnosis diagnosis = Diagnosis.of(Setups.good());
    assertThat(diagnosis.findings()).extracting(Finding::severity).containsOnly(Severity.OK);
    assertThat(diagnosis.good()).isTrue();
    assertThat(diagnosis.text())
        .contains("ok all 3 nodes hear each other")
        .contains("ok 10.0.0.100/24 (eth0/51): owned here, lb2, lb3 ready to take over")
        .contains("ok pool app: 2 servers on 2 hosts, checked")
        .endsWith("\nno single points of failure, no risks\n");
  }

  @Test
  void a_node_alone_is_a_single_point_of_failure() {
    Live alone =
        new Live(
            "lb1",
            1,
            "none",
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    assertThat(rules(Setups.of(alone), Severity.SINGLE)).containsExactly("one-node");
  }

  @Test
  void a_node_that_is_lost_is_a_risk_and_the_last_one_a_single_point_of_failure() {
    Peer lost = Setups.peer("lb2", "lost", List.of());
    assertThat(rules(Setups.of(Setups.live(List.of(), lost, Setups.THIRD)), Severity.RISK))
        .contains("peer-missing");
    assertThat(rules(Setups.of(Setups.live(List.of(), lost)), Severity.SINGLE))
        .containsExactly("peer-missing");
    Live never =
        new Live(
            "lb1",
            2,
            "none",
            Optional.of(Setups.SELF),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    assertThat(rules(Setups.of(never), Severity.SINGLE)).containsExactly("peer-missing");
  }

  @Test
  void a_node_that_hears_nothing_or_whose_clock_or_version_or_configuration_differs_is_told() {
    Peer odd =
        new Peer("lb2", "10.0.0.12", "heard", false, -501, "ready", "1.1", "beef", "", List.of());
    assertThat(rules(Setups.of(Setups.live(List.of(), odd, Setups.THIRD)), Severity.RISK))
        .containsExactly("one-way", "clock", "versions", "configurations", "no-vip");
    Peer even =
        new Peer("lb2", "10.0.0.12", "heard", true, 500, "ready", "1.0", "cafe", "", List.of());
    assertThat(rules(Setups.of(Setups.live(List.of(), even, Setups.THIRD)), Severity.RISK))
        .containsExactly("no-vip");
  }

  @Test
  void nodes_in_one_zone_fall_together() {
    assertThat(rules(zoned("a", "a"), Severity.SINGLE)).containsExactly("nodes-one-zone");
    assertThat(rules(zoned("a", "b"), Severity.SINGLE)).isEmpty();
    assertThat(rules(zoned("", ""), Severity.SINGLE)).isEmpty();
  }

  private static Facts zoned(String own, String other) {
    Live live =
        new Live(
            "lb1",
            2,
            "none",
            Optional.of(zoned(Setups.SELF, own)),
            List.of(zoned(Setups.OTHER, other)),
            List.of(Setups.OWNED),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return Setups.of(live);
  }

  private static Peer zoned(Peer peer, String zone) {
    return new Peer(
        peer.node(),
        "10.0.0.12",
        peer.presence(),
        true,
        0,
        "ready",
        "1.0",
        "cafe",
        zone,
        List.of());
  }

  @Test
  void two_nodes_have_no_majority_without_one_of_them() {
    Live two = Setups.live(List.of(Setups.OWNED), Setups.OTHER);
    assertThat(rules(Setups.of(two), Severity.SINGLE)).containsExactly("two-nodes-majority");
    Live without = Setups.live(List.of(), Setups.OTHER);
    assertThat(rules(Setups.of(without), Severity.SINGLE)).isEmpty();
  }

  @Test
  void without_a_majority_a_cut_network_has_two_owners() {
    Live live = Setups.live(List.of(Setups.OWNED), Setups.OTHER);
    Live none =
        new Live(
            "lb1",
            2,
            "none",
            live.self(),
            live.others(),
            live.vips(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    assertThat(rules(Setups.of(none), Severity.RISK)).containsExactly("two-owners");
  }

  @Test
  void an_address_whose_owner_has_nobody_behind_it_has_no_standby() {
    Peer starting =
        new Peer("lb2", "10.0.0.12", "heard", true, 0, "starting", "1.0", "cafe", "", List.of());
    Facts facts = Setups.of(Setups.live(List.of(Setups.OWNED), starting, starting));
    assertThat(rules(facts, Severity.SINGLE)).containsExactly("vip-no-standby");
  }

  @Test
  void an_address_that_two_nodes_own_tells_of_a_firewall_whatever_their_links_are_called() {
    Peer second = Setups.peer("lb2", "heard", List.of("ens3/51"));
    Facts facts = Setups.of(Setups.live(List.of(Setups.OWNED), second, Setups.THIRD));
    assertThat(finding(facts, "vip-two-owners").what())
        .isEqualTo("10.0.0.100/24 (eth0/51) is owned by lb2 and this node");
    assertThat(finding(facts, "vip-two-owners").mend()).contains("protocol 112 accept");
    Peer another = Setups.peer("lb2", "heard", List.of("eth0/52"));
    assertThat(rules(Setups.of(Setups.live(List.of(Setups.OWNED), another, Setups.THIRD)), null))
        .doesNotContain("vip-two-owners");
  }

  @Test
  void an_address_without_an_owner_answers_nobody() {
    Vip orphan = Setups.vip("backup", "", "");
    Facts nobody = Setups.of(Setups.live(List.of(orphan), Setups.OTHER, Setups.THIRD));
    assertThat(finding(nobody, "vip-no-owner").why()).isEqualTo("nobody answers at it");
    Peer owner = Setups.peer("lb2", "heard", List.of("eth0/51"));
    Facts unheard = Setups.of(Setups.live(List.of(orphan), owner, Setups.THIRD));
    assertThat(finding(unheard, "vip-no-owner").why()).contains("lb2 owns it", "protocol 112");
    assertThat(rules(Setups.of(Setups.live(List.of(BACKUP), owner, Setups.THIRD)), null))
        .containsExactly("nodes", "vip", "pool");
  }

  @Test
  void a_node_that_may_not_own_an_address_is_told_and_why() {
    Peer owner = Setups.peer("lb2", "heard", List.of("eth0/51"));
    Vip out = Setups.vip("out", "10.0.0.12", "its listeners have no server");
    Facts others = Setups.of(Setups.live(List.of(out), owner, Setups.THIRD));
    assertThat(finding(others, "vip-hindered").severity()).isEqualTo(Severity.RISK);
    Facts nobody = Setups.of(Setups.live(List.of(out), owner));
    assertThat(finding(nobody, "vip-hindered").severity()).isEqualTo(Severity.SINGLE);
    assertThat(finding(nobody, "vip-hindered").mend()).startsWith("steelyard pools");
  }

  @Test
  void adverts_of_second_owners_and_strangers_are_told() {
    Vip vip = new Vip("eth0/51", List.of("10.0.0.100/24"), "owner", "10.0.0.11", "", 2, 3);
    assertThat(rules(Setups.of(Setups.live(List.of(vip), Setups.OTHER, Setups.THIRD)), null))
        .contains("vip-second-owner", "vip-foreign");
  }

  @Test
  void what_the_node_complains_of_is_told_with_what_helps() {
    Live live =
        new Live(
            "lb1",
            3,
            "nodes",
            Optional.of(Setups.SELF),
            List.of(Setups.OTHER, Setups.THIRD),
            List.of(Setups.OWNED),
            List.of(
                "what came from 10.0.0.13:7701 was not sealed with a key of this cluster",
                "node lb2 does not hear this node",
                "the clock of node lb2 is ahead of this node's by 2100 ms"),
            Optional.of("lb2 is away"),
            Optional.of("etcd://h/lb: no answer"));
    assertThat(rules(Setups.of(live), Severity.RISK))
        .containsExactly("trouble", "degraded", "store-away");
    assertThat(finding(Setups.of(live), "trouble").mend()).contains("the same cluster.key");
  }

  @Test
  void a_pool_falls_with_its_only_server_host_or_zone() {
    assertThat(pool(true, Setups.A)).containsExactly("pool-one-server");
    Server beside = new Server("b", "10.0.0.21", "", false, true);
    assertThat(pool(true, Setups.A, beside)).containsExactly("pool-one-host");
    assertThat(pool(true, at("a", "x"), at("b", "x"))).containsExactly("pool-one-zone");
    assertThat(pool(true, at("a", "x"), at("b", "y"))).isEmpty();
    Server down = new Server("b", "10.0.0.22", "", false, false);
    assertThat(pool(true, Setups.A, down)).containsExactly("pool-one-usable");
    assertThat(rules(Setups.of(new Pool("app", false, false, List.of(Setups.A, Setups.B))), null))
        .contains("pool-unchecked")
        .doesNotContain("pool");
  }

  @Test
  void a_pool_that_discovers_is_not_told_to_list_its_servers() {
    List<Server> oneHost = List.of(Setups.A, new Server("b", Setups.A.host(), "", false, true));
    for (List<Server> servers : List.of(List.of(Setups.A), oneHost)) {
      List<Finding> found = new ArrayList<>();
      PoolRules.judge(Setups.of(new Pool("app", true, true, servers)), found);
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().mend()).contains("'discover' of pool app").doesNotContain("[");
    }
  }

  private static Server at(String name, String zone) {
    return new Server(name, "10.0.0." + (int) name.charAt(0), zone, false, true);
  }

  private static List<String> pool(boolean checked, Server... servers) {
    return rules(Setups.of(new Pool("app", checked, false, List.of(servers))), Severity.SINGLE);
  }

  @Test
  void a_process_without_capabilities_guard_or_files_is_told() {
    Host host = new Host(List.of("CAP_NET_RAW"), Optional.of(false), 1024, "");
    assertThat(rules(Setups.of(host), Severity.SINGLE)).containsExactly("capabilities");
    assertThat(rules(Setups.of(host), Severity.RISK)).containsExactly("open-files", "guard");
  }

  @Test
  void a_packet_filter_that_drops_vrrp_is_told() {
    String chain = "chain input {\n type filter hook input priority 0; policy %s;\n %s\n }\n";
    assertThat(filtered(chain.formatted("accept", "ip protocol 112 drop")))
        .isEqualTo(Severity.SINGLE);
    assertThat(filtered(chain.formatted("drop", "tcp dport 22 accept"))).isEqualTo(Severity.RISK);
    assertThat(filtered(chain.formatted("drop", "ip protocol 112 accept"))).isNull();
    assertThat(filtered(chain.formatted("accept", ""))).isNull();
  }

  private static Severity filtered(String rules) {
    Host host = new Host(List.of(), Optional.of(true), 100_000, rules);
    return Diagnosis.of(Setups.of(host)).findings().stream()
        .filter(f -> f.rule().equals("firewall-vrrp"))
        .map(Finding::severity)
        .findFirst()
        .orElse(null);
  }

  private static Finding finding(Facts facts, String rule) {
    return Diagnosis.of(facts).findings().stream()
        .filter(f -> f.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  /** Of one severity, or all. */
  private static List<String> rules(Facts facts, Severity severity) {
    return Diagnosis.of(facts).findings().stream()
        .filter(f -> severity == null || f.severity() == severity)
        .map(Finding::rule)
        .toList();
  }
}
