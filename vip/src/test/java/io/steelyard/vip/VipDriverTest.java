package io.steelyard.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The driver on real links. */
final class VipDriverTest extends InLab {
  private static final String VIP = "192.0.2.100";
  private static final String VIP6 = "2001:db8::100";
  private static final String[] ROUTERS = {
    "51=192.0.2.100/24,192.0.2.101/32", "61=2001:db8::100/64"
  };

  private static String neighbour(Host host, String address) {
    return host.run("ip", "neigh", "show", address, "dev", Host.LINK);
  }

  @Test
  void an_address_that_moves_is_known_to_the_neighbours_at_once() {
    Host client = lab.host("client");
    Program one = driver(a, ROUTERS);
    Program other = driver(b, ROUTERS);
    ask(one, "take 51", "took 51 true");
    ask(one, "take 61", "took 61 true");
    assertThat(client.reaches(VIP)).isTrue();
    assertThat(client.reaches(VIP6)).isTrue();
    assertThat(neighbour(client, VIP)).contains(a.hardwareAddress());
    assertThat(neighbour(client, VIP6)).contains(a.hardwareAddress());

    ask(one, "release 51", "released 51");
    ask(one, "release 61", "released 61");
    assertThat(a.has(VIP) || a.has(VIP6) || a.has("192.0.2.101")).isFalse();
    ask(other, "take 51", "took 51 true");
    ask(other, "take 61", "took 61 true");
    assertThat(b.has(VIP) && b.has(VIP6) && b.has("192.0.2.101")).isTrue();
    Duration atOnce = Duration.ofMillis(500);
    Eventually.within(atOnce, "IPv4", () -> neighbour(client, VIP).contains(b.hardwareAddress()));
    Eventually.within(atOnce, "IPv6", () -> neighbour(client, VIP6).contains(b.hardwareAddress()));
    assertThat(client.reaches(VIP)).isTrue();
    assertThat(client.reaches(VIP6)).isTrue();
    assertThat(ask(other, "counts", "counts")).contains("takes=2", "announcements=3", "errors=0");
  }

  /** As an operator gives it by mistake. */
  @Test
  void a_host_that_uses_an_address_answers_for_it_and_nobody_learns_of_who_asked() {
    Host stranger = lab.host("stranger");
    stranger.run("ip", "addr", "add", VIP + "/24", "dev", Host.LINK);
    Program driver = driver(a, ROUTERS);
    assertThat(ask(driver, "probe 51", "used 51"))
        .contains(VIP)
        .contains(stranger.hardwareAddress());
    assertThat(ask(driver, "counts", "counts")).contains("probes=2", "errors=0");
    assertThat(neighbour(stranger, VIP)).doesNotContain(a.hardwareAddress());
    ask(driver, "take 51", "took 51 true");
    assertThat(driver.output()).doesNotContain(a.hardwareAddress());
  }

  @Test
  void what_is_done_twice_is_done_once() {
    Program driver = driver(a, ROUTERS);
    ask(driver, "take 51", "took 51 true");
    ask(driver, "take 51", "took 51 true");
    assertThat(ask(driver, "has 51", "has")).isEqualTo("has 51 true");
    ask(driver, "release 51", "released");
    ask(driver, "release 51", "released");
    assertThat(ask(driver, "has 51", "has")).isEqualTo("has 51 false");
    assertThat(ask(driver, "counts", "counts")).contains("takes=1", "releases=1", "errors=0");
  }

  @Test
  void what_a_former_process_left_behind_is_removed_but_not_what_is_the_hosts_own() {
    a.run("ip", "addr", "add", VIP + "/24", "dev", Host.LINK);
    a.run("ip", "addr", "add", VIP6 + "/64", "dev", Host.LINK);
    Program driver = driver(a, ROUTERS);
    assertThat(ask(driver, "leftovers", "leftovers")).contains(VIP).doesNotContain("192.0.2.101");
    assertThat(a.has(VIP) || a.has(VIP6)).isFalse();
    assertThat(a.has(a.address()) && a.has(a.address6())).isTrue();
  }

  @Test
  void an_ipv6_address_is_usable_at_once_and_no_connection_is_made_from_it() {
    Program driver = driver(a, ROUTERS);
    ask(driver, "take 61", "took 61 true");
    assertThat(a.run("ip", "addr", "show", "dev", Host.LINK).lines())
        .anyMatch(l -> l.contains(VIP6) && l.contains("deprecated") && !l.contains("tentative"));
    assertThat(a.run("ip", "route", "get", b.address6())).contains("src " + a.address6());
  }

  @Test
  void closing_gives_up_what_is_taken_and_tells_the_others() {
    Program driver = driver(a, ROUTERS);
    Program listener = driver(b, ROUTERS);
    ask(driver, "take 51", "took 51 true");
    ask(driver, "take 61", "took 61 true");
    ask(driver, "close", "closed");
    assertThat(driver.awaitEnd(Duration.ofSeconds(10))).isZero();
    assertThat(a.has(VIP) || a.has(VIP6)).isFalse();
    listener.awaitLine("received 51 priority 0 every 100 from " + a.address());
    listener.awaitLine("received 61 priority 0 every 100 from fe80:");
  }

  @Test
  void a_link_that_loses_its_carrier_is_told_of_within_a_moment() {
    Program driver = driver(a, ROUTERS);
    driver.awaitLine("link eth0 up");
    long startNs = System.nanoTime();
    a.unplug();
    long downNs = driver.awaitLine("link eth0 down").atNs();
    assertThat(Duration.ofNanos(downNs - startNs)).isLessThan(Duration.ofMillis(1500));
    int before = driver.lines().size();
    a.plug();
    driver.awaitLine(before, "link eth0 up");
  }

  @Test
  void a_process_that_may_not_change_addresses_says_what_it_needs() {
    Program driver =
        a.start(
            "setpriv",
            "--bounding-set",
            "-net_admin,-net_raw",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            VipShell.class.getName(),
            ROUTERS[0]);
    assertThat(driver.awaitLine("cannot").text())
        .contains("CAP_NET_ADMIN and CAP_NET_RAW", "run this as root", "AmbientCapabilities=");
  }

  @Test
  void a_link_that_does_not_exist_is_told_with_those_that_do() {
    a.run("ip", "link", "set", Host.LINK, "down");
    a.run("ip", "link", "set", Host.LINK, "name", "other0");
    Program driver = a.startJava(VipShell.class, ROUTERS);
    assertThat(driver.awaitLine("cannot").text())
        .contains("no network interface eth0; there are [lo, other0]");
  }
}
