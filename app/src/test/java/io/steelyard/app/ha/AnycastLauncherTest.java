package io.steelyard.app.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.Programs;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes that have the same address, and say so to a router by BGP: with bird on each, which is
 * configured as the documentation shows.
 *
 * <pre>
 *   router (bird, AS 65000; clients, too) ── switch ──┬── lb1 (bird, AS 65001) 203.0.113.10 on lo
 *   servers ─────────────────────────────────┘       └── lb2 (bird, AS 65001) 203.0.113.10 on lo
 * </pre>
 */
final class AnycastLauncherTest {
  private static final String ADDRESS = "203.0.113.10";
  private static final Path PAGE = Path.of("../docs/high-availability.md");
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path dir;

  private Lab lab;
  private Host router;
  private Host servers;
  private Host lb1;
  private Host lb2;

  @BeforeEach
  void build() throws IOException {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    lab = Lab.open();
    router = lab.host("router");
    servers = lab.host("servers");
    lb1 = lab.host("lb1");
    lb2 = lab.host("lb2");
    servers.startJava(NamedServers.class, "9001").awaitLine("serving");
    bird(router, routerConfiguration());
    bird(lb1, documented(lb1));
    bird(lb2, documented(lb2));
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private void bird(Host host, String configuration) throws IOException {
    Path file = Files.writeString(dir.resolve(host.name() + ".conf"), configuration);
    String socket = dir.resolve(host.name() + ".ctl").toString();
    host.start(Programs.found("bird"), "-f", "-c", file.toString(), "-s", socket);
  }

  private String routerConfiguration() {
    return """
    router id %s;
    protocol device { scan time 1; }
    protocol kernel { merge paths on; ipv4 { import none; export all; }; }
    protocol bgp lb1 { local %s as 65000; neighbor %s as 65001; ipv4 { import all; export none; }; }
    protocol bgp lb2 { local %s as 65000; neighbor %s as 65001; ipv4 { import all; export none; }; }
    """
        .formatted(
            router.address(), router.address(), lb1.address(), router.address(), lb2.address());
  }

  /** What the page shows, with the addresses of this lab. */
  private String documented(Host host) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("router id 10.0.0.11;");
    assertThat(start).isPositive();
    return page.substring(start, page.indexOf("```", start))
        .replace("10.0.0.11", host.address())
        .replace("10.0.0.1 ", router.address() + " ");
  }

  private Program steelyard(Host host) throws IOException {
    Path own = Files.createDirectories(dir.resolve(host.name()));
    Path file =
        Files.writeString(
            own.resolve("node.yaml"),
            """
            listeners: {web: {address: ":8080", access-log: none, pool: app}}
            pools:
              app:
                health: {tcp: true, interval: 1s}
                servers: ["%s:9001"]
            admin: {address: "127.0.0.1:7700"}
            cluster:
              node: %s
              vips:
                - {address: %s/32, interface: lo, announce: none}
            """
                .formatted(servers.address(), host.name(), ADDRESS));
    ProcessBuilder settings = new ProcessBuilder();
    settings.environment().putAll(Map.of("STEELYARD_BUILT", "yes"));
    return host.start(
        settings, Launched.LAUNCHER.toString(), "run", "--threads", "1", file.toString());
  }

  private boolean routesTo(Host host) {
    return router.run("ip", "route", "show", ADDRESS).contains("via " + host.address() + " ");
  }

  private void becomes(String what, boolean first, boolean second) {
    long startNs = System.nanoTime();
    Eventually.within(SOON, what, () -> routesTo(lb1) == first && routesTo(lb2) == second);
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    System.out.printf("%s: the router knew after %d ms%n", what, ms);
  }

  private boolean answers() {
    return router.succeeds(
        Programs.found("curl"), "-sf", "-m", "2", "http://" + ADDRESS + ":8080/");
  }

  @Test
  void a_router_sends_clients_to_the_nodes_that_are_ready_and_to_no_others() throws Exception {
    Program first = steelyard(lb1);
    Program second = steelyard(lb2);
    becomes("both nodes are ready", true, true);
    assertThat(answers()).isTrue();

    first.signal("KILL");
    becomes("one was killed", false, true);
    assertThat(answers()).isTrue();

    steelyard(lb1);
    becomes("it is there again", true, true);
    second.signal("TERM");
    becomes("the other one was told to stop", true, false);
    assertThat(answers()).isTrue();
  }
}
