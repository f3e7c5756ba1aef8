package io.steelyard.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A virtual address does not survive its process, nor one that stands still. */
final class GuardTest extends InLab {
  private static final String VIP = "192.0.2.100";
  private static final String[] GUARDED = {
    "guardMs=800", "51=192.0.2.100/24", "61=2001:db8::100/64"
  };
  private static final String[] LISTENING = {"51=192.0.2.100/24", "61=2001:db8::100/64"};
  private static final Pattern GUARD_PID = Pattern.compile("guard Optional\\[(\\d+)]");

  private static long guardPid(Program driver) {
    Matcher matcher = GUARD_PID.matcher(driver.awaitLine("ready true").text());
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private static void takeBoth(Program driver) {
    ask(driver, "take 51", "took 51 true");
    ask(driver, "take 61", "took 61 true");
    driver.say("advertise 51 150");
    driver.say("advertise 61 150");
  }

  private static Program changes(Host host) {
    Program monitor = host.start("ip", "monitor", "address");
    // It says nothing of its own when it listens: so an address is changed until it tells.
    Eventually.holds(
        "ip monitor tells",
        () -> {
          host.run("ip", "addr", "replace", "198.51.100.1/32", "dev", "lo");
          host.run("ip", "addr", "del", "198.51.100.1/32", "dev", "lo");
          return monitor.output().contains("198.51.100.1");
        });
    return monitor;
  }

  @Test
  void a_killed_process_loses_its_addresses_and_the_others_hear_of_it() {
    Program listener = driver(b, LISTENING);
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    listener.awaitLine("received 61 priority 150");
    Program monitor = changes(a);
    int before = listener.lines().size();
    long killedNs = System.nanoTime();
    ProcessHandle.of(driver.pid()).orElseThrow().destroyForcibly();
    long heardNs = listener.awaitLine(before, "received 51 priority 0").atNs();
    long heard6Ns = listener.awaitLine(before, "received 61 priority 0").atNs();
    long goneNs = monitor.awaitLine(0, "Deleted 2: eth0    inet " + VIP).atNs();
    System.out.printf(
        "killed: address gone after %.1f ms, priority 0 heard after %.1f and %.1f ms%n",
        (goneNs - killedNs) / 1e6, (heardNs - killedNs) / 1e6, (heard6Ns - killedNs) / 1e6);
    assertThat(a.has(VIP) || a.has("2001:db8::100")).isFalse();
    assertThat(Duration.ofNanos(heardNs - killedNs)).isLessThan(Duration.ofMillis(700));
  }

  @Test
  void a_stopped_process_loses_its_addresses_and_knows_when_it_goes_on() {
    Program listener = driver(b, LISTENING);
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    listener.awaitLine("received 51 priority 150");
    driver.signal("STOP");
    int before = listener.lines().size();
    listener.awaitLine(before, "received 51 priority 0");
    listener.awaitLine(before, "received 61 priority 0");
    assertThat(a.has(VIP) || a.has("2001:db8::100")).isFalse();
    int stopped = listener.lines().size();
    driver.signal("CONT");
    driver.awaitLine("lost 51");
    driver.awaitLine("lost 61");
    driver.say("advertise 51 0");
    listener.awaitLine(stopped, "received 51 priority 0");
    // Not before it knew, though it was due to be sent.
    assertThat(ask(driver, "counts", "counts").replaceAll(".*suppressed=(\\d+).*", "$1"))
        .isNotEqualTo("0");
    assertThat(ask(driver, "counts", "counts")).contains("releases=2", "errors=0");
    ask(driver, "take 51", "took 51 true");
    assertThat(a.has(VIP)).isTrue();
    driver.kill();
    Eventually.within(Duration.ofSeconds(2), "it is held anew", () -> !a.has(VIP));
  }

  @Test
  void the_guard_speaks_for_a_process_that_stands_still_for_less_than_the_time_out() {
    Program listener = driver(b, LISTENING);
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    listener.awaitLine("received 61 priority 150");
    driver.signal("STOP");
    int stopped = listener.lines().size();
    // What was on its way, and what can only be of the guard.
    for (int i = 0, from = stopped; i < 3; i++) {
      from = indexAfter(listener, listener.awaitLine(from, "received 51 priority 150"));
      listener.awaitLine(stopped, "received 61 priority 150");
    }
    driver.signal("CONT");
    int went = listener.lines().size();
    listener.awaitLine(went, "received 51 priority 150");
    assertThat(listener.output()).doesNotContain("priority 0 ");
    assertThat(a.has(VIP)).isTrue();
    assertThat(driver.output()).doesNotContain("lost");
  }

  private static int indexAfter(Program of, Program.Line line) {
    return of.lines().indexOf(line) + 1;
  }

  @Test
  void a_process_that_beats_keeps_its_addresses() {
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    Program listener = driver(b, LISTENING);
    // For longer than the time-out, by adverts every 100 ms.
    Eventually.holds(
        "twenty adverts",
        () -> listener.output().split("received 51 priority 150", -1).length > 20);
    assertThat(listener.output()).doesNotContain("priority 0 ");
    assertThat(a.has(VIP)).isTrue();
    assertThat(driver.output()).doesNotContain("lost").doesNotContain("failed");
  }

  @Test
  void addresses_that_were_handed_over_stay_when_their_process_is_killed() {
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    ask(driver, "handOver 51", "handed over 51");
    long guard = guardPid(driver);
    driver.kill();
    Eventually.holds("the guard has ended", () -> ProcessHandle.of(guard).isEmpty());
    assertThat(a.has(VIP)).isTrue();
    assertThat(a.has("2001:db8::100")).isFalse();
  }

  @Test
  void what_was_said_just_before_the_end_counts() {
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    long guard = guardPid(driver);
    // It cannot read before its parent is dead.
    a.run("kill", "-STOP", Long.toString(guard));
    ask(driver, "handOver 51", "handed over 51");
    driver.kill();
    a.run("kill", "-CONT", Long.toString(guard));
    Eventually.holds("the guard has ended", () -> ProcessHandle.of(guard).isEmpty());
    assertThat(a.has(VIP)).isTrue();
    assertThat(a.has("2001:db8::100")).isFalse();
  }

  @Test
  void a_guard_that_dies_is_replaced_and_the_new_one_holds_what_is_taken() {
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    ProcessHandle.of(guardPid(driver)).orElseThrow().destroyForcibly();
    driver.awaitLine("guard ended");
    assertThat(a.has(VIP)).isTrue();
    Eventually.holds("another", () -> ask(driver, "guard", "guard Optional").contains("["));
    driver.kill();
    Eventually.within(Duration.ofSeconds(5), "it holds what was taken", () -> !a.has(VIP));
  }

  @Test
  void a_guard_is_small_and_heeds_no_signal_that_is_meant_for_its_parent() throws IOException {
    Program driver = driver(a, GUARDED);
    takeBoth(driver);
    long guard = guardPid(driver);
    ProcessHandle.of(guard).orElseThrow().destroy();
    a.run("kill", "-INT", Long.toString(guard));
    a.run("kill", "-HUP", Long.toString(guard));
    String status = Files.readString(Path.of("/proc/" + guard + "/status"));
    long rssKib = Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1"));
    System.out.println("the guard's resident memory: " + rssKib / 1024 + " MiB");
    assertThat(rssKib).isLessThan(80 * 1024);
    assertThat(ask(driver, "has 51", "has")).isEqualTo("has 51 true");
    assertThat(driver.output()).doesNotContain("guard ended");
  }
}
