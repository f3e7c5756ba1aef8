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
    Program first = node(a, "priority=150");
    Eventually.holds("a owns both", () -> hasBoth(a));
    Program second = node(b, "priority=100");
    first.signal("STOP");
    Eventually.holds("b owns both", () -> hasBoth(b));
    Eventually.holds("a's guard has removed them", () -> hasNone(a));
    first.signal("CONT");
    first.awaitLine("lost eth0/51");
    // It does not preempt: so b stays the owner.
    Eventually.holds("a has heard of b", () -> first.output().contains("owns []"));
    assertThat(hasNone(a) && hasBoth(b)).isTrue();
    assertThat(second.output()).doesNotContain("GivenUp", "SecondOwner");
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
}
