package io.steelyard.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our election and driver, and keepalived 2.2.7 for the same virtual router. */
final class KeepalivedTest extends InLab {
  /** How adverts go. */
  enum Way {
    IPV4("192.0.2.100", false),
    IPV6("fe80::100", false),
    UNICAST_IPV4("192.0.2.100", true),
    UNICAST_IPV6("2001:db8::100", true);

    private final String vip;
    private final boolean unicast;

    Way(String vip, boolean unicast) {
      this.vip = vip;
      this.unicast = unicast;
    }

    String address() {
      return vip + (vip.contains(":") ? "/64" : "/24");
    }

    String peer(Host other) {
      if (!unicast) {
        return "";
      }
      return vip.contains(":") ? other.address6() : other.address();
    }
  }

  @TempDir Path dir;

  private Program ours(Way way, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("checksum=PSEUDO_HEADER", "guardMs=1500", "51=" + way.address()));
    if (way.unicast) {
      arguments.add("peers=" + way.peer(b));
    }
    if (way == Way.UNICAST_IPV6) {
      // keepalived sends to peers of IPv6 with the host's own hop limit.
      arguments.add("hopLimitMin=64");
    }
    arguments.addAll(List.of(more));
    Program node = a.startJava(VipNode.class, arguments.toArray(String[]::new));
    node.awaitLine("ready");
    return node;
  }

  private void onlyOn(Host owner, Host other, Way way) {
    Eventually.holds(
        way.vip + " is on " + owner + " only", () -> owner.has(way.vip) && !other.has(way.vip));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void keepalived_gives_way_to_a_stronger_one_and_takes_over_when_that_is_killed(Way way)
      throws IOException {
    Program keepalived = Keepalived.start(b, dir, 100, way.address(), way.peer(a));
    keepalived.awaitLine("Entering MASTER STATE");
    Program node = ours(way, "priority=150", "preempt=true");
    keepalived.awaitLine("Entering BACKUP STATE");
    node.awaitLine("owns [");
    onlyOn(a, b, way);
    int before = keepalived.lines().size();
    long killedNs = System.nanoTime();
    node.kill();
    long takenNs = keepalived.awaitLine(before, "Entering MASTER STATE").atNs();
    onlyOn(b, a, way);
    System.out.printf(
        "%s: keepalived takes over %.1f ms after SIGKILL%n", way, (takenNs - killedNs) / 1e6);
    // By priority 0 it has to wait for its skew time of 61 ms, and for 361 ms without.
    assertThat(Duration.ofNanos(takenNs - killedNs)).isLessThan(Duration.ofMillis(300));
    assertThat(keepalived.output()).doesNotContain("Invalid", "checksum", "discarding");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void we_give_way_to_a_stronger_keepalived_and_take_over_when_it_stops_or_dies(Way way)
      throws IOException {
    Program node = ours(way, "priority=100");
    node.awaitLine("owns [");
    Program keepalived = Keepalived.start(b, dir, 200, way.address(), way.peer(a));
    node.awaitLine("GivenUp");
    onlyOn(b, a, way);
    int before = node.lines().size();
    long stoppedNs = System.nanoTime();
    keepalived.signal("TERM");
    long takenNs = node.awaitLine(before, "owns [eth0").atNs();
    onlyOn(a, b, way);
    System.out.printf("%s: we take over %.1f ms after SIGTERM%n", way, (takenNs - stoppedNs) / 1e6);
    assertThat(Duration.ofNanos(takenNs - stoppedNs)).isLessThan(Duration.ofMillis(300));
    node.say("stop");
    String counts = node.awaitLine("stopped VipCounts").text();
    assertThat(counts).contains("errors=0", "suppressed=0").doesNotContainPattern("[A-Z]+=[1-9]");
    Eventually.holds("nothing is left", () -> !a.has(way.vip));
  }

  @Test
  void keepalived_does_not_take_the_checksum_of_the_rfc_and_says_so() throws IOException {
    Program keepalived = Keepalived.start(b, dir, 100, "192.0.2.100/24", "");
    ours(Way.IPV4, "priority=150", "preempt=true", "checksum=MESSAGE");
    keepalived.awaitLine("Invalid VRRPv3 checksum");
  }
}
