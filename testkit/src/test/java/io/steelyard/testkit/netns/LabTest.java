package io.steelyard.testkit.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.testkit.Eventually;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LabTest {
  private Lab lab;
  private Host a;
  private Host b;

  @BeforeEach
  void two_hosts() {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    lab = Lab.open();
    a = lab.host("a");
    b = lab.host("b");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void hosts_reach_each_other_until_one_is_cut_off_and_after_it_is_healed() {
    Eventually.holds("IPv4", () -> a.reaches(b.address()));
    Eventually.holds("IPv6", () -> a.reaches(b.address6()));
    b.cutOff();
    assertThat(a.reaches(b.address())).isFalse();
    assertThat(b.run("ip", "link", "show", Host.LINK)).contains("LOWER_UP");
    b.heal();
    Eventually.holds("IPv4 again", () -> a.reaches(b.address()));
  }

  @Test
  void a_host_without_its_cable_has_no_carrier() {
    b.unplug();
    Eventually.holds(
        "no carrier", () -> b.run("ip", "link", "show", Host.LINK).contains("NO-CARRIER"));
    b.plug();
    Eventually.holds("IPv4 again", () -> a.reaches(b.address()));
  }

  @Test
  void a_host_can_be_deaf_to_one_other() {
    Host c = lab.host("c");
    Eventually.holds("IPv4", () -> a.reaches(b.address()));
    b.deafTo(a);
    assertThat(a.reaches(b.address())).isFalse();
    Eventually.holds("the third", () -> a.reaches(c.address()));
    b.heal();
    Eventually.holds("IPv4 again", () -> a.reaches(b.address()));
  }

  @Test
  void what_runs_on_a_host_ends_with_the_lab_even_if_it_is_stopped() {
    Program program = a.start("sh", "-c", "echo ready; read answer; echo got $answer; sleep 100");
    program.awaitLine("ready");
    program.say("this");
    assertThat(program.awaitLine("got").text()).isEqualTo("got this");
    program.signal("STOP");
    String namespace = a.namespace();
    lab.close();
    lab = null;
    assertThat(program.isAlive()).isFalse();
    assertThat(Shell.run(List.of("ip", "netns", "list"))).doesNotContain(namespace);
  }
}
