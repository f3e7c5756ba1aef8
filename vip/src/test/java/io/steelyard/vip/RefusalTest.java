package io.steelyard.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Program;
import org.junit.jupiter.api.Test;

/** What comes over the wire and is not to be believed. */
final class RefusalTest extends InLab {
  @Test
  void what_comes_from_no_peer_or_not_to_this_host_is_refused_and_counted() {
    lab.host("c");
    Program peer = driver(b, "51=192.0.2.100/24", "peers=192.0.2.1");
    Program group = driver(lab.host("d"), "51=192.0.2.100/24");
    Program stranger = driver(lab.hosts().get(2), "51=192.0.2.100/24", "peers=192.0.2.1");
    Program node = driver(a, "51=192.0.2.100/24", "peers=192.0.2.2");
    stranger.say("advertise 51 200");
    group.say("advertise 51 210");
    peer.say("advertise 51 220");
    node.awaitLine("received 51 priority 220 every 100 from " + b.address());
    Eventually.holds("a stranger", () -> count(node, "SOURCE") > 0);
    assertThat(node.output()).doesNotContain("priority 200").doesNotContain("priority 210");
  }

  @Test
  void what_came_through_a_router_is_refused_and_counted() {
    Program sender = driver(b, "51=192.0.2.100/24");
    Program node = driver(a, "51=192.0.2.100/24");
    b.run(
        "nft",
        "add table ip router;"
            + " add chain ip router out { type filter hook output priority 0 ; };"
            + " add rule ip router out ip protocol 112 ip ttl set 254");
    sender.say("advertise 51 200");
    Eventually.holds("refused", () -> count(node, "HOP_LIMIT") > 0);
    assertThat(node.output()).doesNotContain("received 51");
    b.run("nft", "delete", "table", "ip", "router");
    node.awaitLine("received 51 priority 200");
  }

  @Test
  void adverts_of_virtual_routers_that_are_not_configured_are_only_counted() {
    Program sender = driver(b, "52=192.0.2.100/24");
    Program node = driver(a, "51=192.0.2.100/24");
    sender.say("advertise 52 200");
    Eventually.holds("counted", () -> !ask(node, "counts", "counts").contains("unknown=0,"));
    assertThat(node.output()).doesNotContain("received 52");
  }

  private static long count(Program node, String refusal) {
    String counts = ask(node, "counts", "counts");
    return Long.parseLong(counts.replaceAll(".*" + refusal + "=(\\d+).*", "$1"));
  }
}
