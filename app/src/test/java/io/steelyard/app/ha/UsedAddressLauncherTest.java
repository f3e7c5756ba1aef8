package io.steelyard.app.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virtual address that is another host's. */
final class UsedAddressLauncherTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String VIP = "192.0.2.100";

  @TempDir private Path dir;

  private Lab lab;

  @BeforeEach
  void build() {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    lab = Lab.open();
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  /** It was owned without a word, and its host was cut off. */
  @Test
  void it_is_not_taken_before_that_host_has_given_it_up() throws Exception {
    Host stranger = lab.host("stranger");
    stranger.run("ip", "addr", "add", VIP + "/24", "dev", Host.LINK);
    Host node = lab.host("lb1");
    Path file =
        Files.writeString(
            dir.resolve("node.yaml"),
            """
            listeners: {web: {address: ":8080", access-log: none, pool: app}}
            pools: {app: {servers: ["192.0.2.1:9001"]}}
            admin: {address: "127.0.0.1:7700"}
            cluster: {node: lb1, vips: [{address: %s/24, interface: eth0, router-id: 51}]}
            """
                .formatted(VIP));
    ProcessBuilder settings = new ProcessBuilder();
    settings.environment().putAll(Map.of("STEELYARD_BUILT", "yes"));
    Program program =
        node.start(
            settings, Launched.LAUNCHER.toString(), "run", "--threads", "1", file.toString());
    program.awaitLine(VIP + " (eth0/51) is not taken: another host");
    assertThat(program.output()).contains(stranger.hardwareAddress());
    assertThat(node.has(VIP)).isFalse();
    stranger.run("ip", "addr", "del", VIP + "/24", "dev", Host.LINK);
    Eventually.within(SOON, "the node has it", () -> node.has(VIP));
  }
}
