package io.steelyard.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two of ours for the same virtual routers. */
final class NodesTest extends InLab {
  private static final String VIP = "192.0.2.100";
  private static final String VIP6 = "2001:db8::100";

  private static Program node(Host host, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("guardMs=800", "51=192.0.2.100/24", "61=2001:db8::100/64"));
    all.addAll(List.of(arguments));
    Program node = host.startJava(VipNode.class, all.toArray(String[]::new));
    node.awaitLine("ready");
    return node;
  }

  private static boolean hasBoth(Host host) {
    return host.has(VIP) && host.has(VIP6);
  }

  private static boolean hasNone(Host host) {
    return !host.has(VIP) && !host.has(VIP6);
  }

  @Test
  void the_other_takes_over_from_one_that_is_cut_off_and_one_gives_way_after_it_heals() {
    node(a, "priority=150");
    Eventually.holds("a owns both", () -> hasBoth(a));
    Program second = node(b, "priority=100");
    a.cutOff();
    Eventually.holds("b takes over", () -> hasBoth(b));
    a.heal();
    Eventually.holds("one owner", () -> hasBoth(a) && hasNone(b));
    assertThat(second.output()).contains("GivenUp");
  }

  @Test
  void one_whose_cable_is_pulled_gives_up_by_itself() {
    Program first = node(a, "priority=150");
    Eventually.holds("a owns both", () -> hasBoth(a));
    node(b, "priority=100");
    a.unplug();
    Eventually.holds("a has given up", () -> hasNone(a));
    assertThat(first.output()).contains("TRACKED");
    Eventually.holds("b has taken over", () -> hasBoth(b));
  }

  @Test
  void one_that_was_stopped_does_not_come_back_as_a_second_owner() {
    // Long enough that b, too, is not taken for stopped on a machine that stands still for a while.
    Program first = node(a, "priority=150", "everyMs=250");
    Eventually.holds("a owns both", () -> hasBoth(a));
    Program second = node(b, "priority=100", "everyMs=250");
    Host client = lab.host("c");
    assertThat(client.reaches(VIP)).isTrue();
    first.signal("STOP");
    Eventually.holds("b owns both", () -> hasBoth(b));
    Eventually.holds("a's guard has removed them", () -> hasNone(a));
    first.signal("CONT");
    first.awaitLine("lost eth0/51");
    // It does not preempt: so b stays the owner.
    Eventually.holds("a has heard of b", () -> first.output().contains("owns []"));
    String all = "a:\n" + first.output() + "\nb:\n" + second.output();
    assertThat(second.output()).as(all).doesNotContain("GivenUp", "SecondOwner");
    assertThat(hasNone(a)).as(all).isTrue();
    assertThat(hasBoth(b)).as(all).isTrue();
    // Nor does it say that the address is where it was.
    String neighbour = client.run("ip", "neigh", "show", VIP, "dev", Host.LINK);
    assertThat(neighbour).as(all).contains(b.hardwareAddress());
  }

  @Test
  void another_configuration_exchanges_addresses_and_removes_virtual_routers() {
    Program node = node(a);
    Eventually.holds("a owns both", () -> hasBoth(a));
    ask(node, "configure 51=192.0.2.102/24,192.0.2.103/24 71=192.0.2.104/32", "configured");
    Eventually.holds(
        "the new ones", () -> a.has("192.0.2.102") && a.has("192.0.2.103") && hasNone(a));
    Eventually.holds("the new router", () -> a.has("192.0.2.104"));
    node.kill();
    Eventually.holds(
        "the guard knew of the change", () -> !a.has("192.0.2.103") && !a.has("192.0.2.104"));
  }

  @Test
  void a_link_that_is_deleted_and_made_again_is_used_again() {
    a.run("ip", "link", "set", "eth0", "down");
    a.run("ip", "link", "set", "eth0", "name", "eth1");
    a.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "other");
    a.run("ip", "link", "set", "other", "up");
    a.run("ip", "addr", "add", "192.0.2.77/24", "dev", "eth0");
    a.run("ip", "link", "set", "eth0", "up");
    Program node = a.startJava(VipNode.class, "guardMs=800", "51=192.0.2.100/24");
    Eventually.holds("a owns it", () -> a.has(VIP));
    a.run("ip", "link", "del", "eth0");
    // The network's own link takes the name.
    a.run("ip", "link", "set", "eth1", "name", "eth0");
    a.run("ip", "link", "set", "eth0", "up");
    node.awaitLine("link eth0 up");
    ask(node, "renew", "renewed [eth0]");
    Eventually.holds("a owns it again", () -> a.has(VIP));
    Program listener = driver(b, "51=192.0.2.100/24");
    listener.awaitLine("received 51 priority 100");
    node.kill();
    Eventually.holds("the guard knows the new link", () -> !a.has(VIP));
    listener.awaitLine("received 51 priority 0");
  }

  @Test
  void one_virtual_router_is_advertised_to_peers_and_another_one_to_the_group() {
    Program node =
        a.startJava(
            VipNode.class,
            "guardMs=800",
            "peers52=192.0.2.2",
            "51=192.0.2.100/24",
            "52=192.0.2.101/24");
    Program other = driver(b, "peers52=192.0.2.1", "51=192.0.2.100/24", "52=192.0.2.101/24");
    other.awaitLine("received 51 priority 100");
    other.awaitLine("received 52 priority 100");
    Program third = driver(lab.host("c"), "51=192.0.2.100/24", "52=192.0.2.101/24");
    third.awaitLine("received 51 priority 100");
    assertThat(third.output()).doesNotContain("received 52");
    assertThat(ask(other, "counts", "counts")).contains("errors=0");
    ask(node, "configure 52=192.0.2.101/24", "configured");
    assertThat(node.isAlive()).isTrue();
  }
}
