package io.steelyard.app.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process takes over from one that owns virtual addresses, with another configuration. */
final class HandedOverLauncherTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path dir;

  private Lab lab;
  private Host host;

  @BeforeEach
  void build() {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    lab = Lab.open();
    host = lab.host("lb1");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private Program run(List<String> vips, String... options) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("node.yaml"),
            """
            listeners: {web: {address: ":8080", access-log: none, pool: app}}
            pools: {app: {servers: ["192.0.2.200:9001"], timeouts: {connect: 10s}}}
            admin: {address: "127.0.0.1:7700"}
            cluster: {node: lb1%s}
            """
                .formatted(vips.isEmpty() ? "" : ", vips: [" + String.join(", ", vips) + "]"));
    ProcessBuilder settings = new ProcessBuilder();
    settings.environment().putAll(Map.of("STEELYARD_BUILT", "yes"));
    List<String> command =
        new ArrayList<>(List.of(Launched.LAUNCHER.toString(), "run", "--threads", "1"));
    command.addAll(List.of(options));
    command.add(file.toString());
    return host.start(settings, command.toArray(String[]::new));
  }

  private static String vip(int id, String address) {
    return "{address: %s/24, interface: eth0, router-id: %d}".formatted(address, id);
  }

  private void has(String... addresses) {
    List<String> all = List.of("192.0.2.100", "192.0.2.101", "192.0.2.102");
    List<String> wanted = List.of(addresses);
    Eventually.within(
        SOON,
        "the host has " + wanted,
        () -> all.stream().allMatch(a -> host.has(a) == wanted.contains(a)));
  }

  /** Nobody is at the server's address: it takes the kernel seconds to say so. */
  @Test
  void what_is_in_flight_at_an_address_that_stays_here_is_answered() throws Exception {
    Host client = lab.host("client");
    Program first = run(List.of(vip(51, "192.0.2.100")));
    has("192.0.2.100");
    Program asked =
        client.start(
            "curl", "-s", "-o", "/dev/null", "-w", "got %{http_code}", "http://192.0.2.100:8080/");
    Program second = run(List.of(vip(51, "192.0.2.100")), "--take-over");
    second.awaitLine("took over");
    asked.awaitEnd(SOON);
    assertThat(asked.output()).contains("got 50");
    first.awaitEnd(SOON);
    assertThat(first.output()).doesNotContain("connections were cut off");
  }

  @Test
  void what_is_configured_no_more_is_removed_and_what_has_changed_is_exchanged() throws Exception {
    Program first = run(List.of(vip(51, "192.0.2.100"), vip(52, "192.0.2.101")));
    has("192.0.2.100", "192.0.2.101");
    Program second = run(List.of(vip(51, "192.0.2.100"), vip(52, "192.0.2.102")), "--take-over");
    second.awaitLine("took over");
    first.awaitEnd(SOON);
    has("192.0.2.100", "192.0.2.102");
    assertThat(first.output()).doesNotContain("somebody has deleted");

    Program third = run(List.of(), "--take-over");
    third.awaitLine("took over");
    second.awaitEnd(SOON);
    has();
  }
}
