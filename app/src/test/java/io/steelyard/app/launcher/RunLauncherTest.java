package io.steelyard.app.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.WebServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./steelyard run} and its signals, as an operator knows them. */
final class RunLauncherTest {
  @TempDir private Path dir;

  private WebServer server;
  private int port;
  private int adminPort;

  @BeforeEach
  void serve() {
    server = WebServer.answering("served");
    port = FreePorts.any();
    adminPort = FreePorts.any();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void it_serves_reloads_and_stops_by_signals(String transport) throws Exception {
    Path file = write(yaml("first"));
    try (Launched node =
        Launched.with("run", "--threads", "1", "--transport", transport, file.toString())) {
      node.awaitOutput("admin API on");
      Launched.await(() -> readiness().startsWith("200 "));
      assertThat(Web.get(site())).isEqualTo("200 served");
      assertThat(status()).contains("\"revision\":1", "\"transport\":\"" + transport + "\"");

      write(yaml("second"));
      node.signal("HUP");
      Launched.await(() -> status().contains("\"name\":\"second\""));
      // A pool of another name has other servers, which await their first check.
      Launched.await(() -> Web.get(site()).equals("200 served"));

      write("listeners: {web: {adress: nowhere}}\n");
      node.signal("HUP");
      Launched.await(() -> status().contains("\"successful\":false"));
      assertThat(status()).contains("\"name\":\"second\"", "adress");
      assertThat(Web.get(site())).isEqualTo("200 served");

      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).contains("draining", "stopped");
    }
  }

  @Test
  void access_logs_go_to_a_file_that_USR1_has_opened_again() throws Exception {
    Path log = dir.resolve("access.log");
    Path renamed = dir.resolve("access.log.1");
    Path file = write(yaml("app"));
    try (Launched node =
        Launched.with("run", "--threads", "1", "--access-log", log.toString(), file.toString())) {
      Launched.await(() -> readiness().startsWith("200 "));
      assertThat(Web.get(site())).isEqualTo("200 served");
      Eventually.holds("the request is logged", () -> Files.readAllLines(log).size() == 1);
      Files.move(log, renamed);
      node.signal("USR1");
      Launched.await(() -> Files.exists(log));
      assertThat(Web.get(site())).isEqualTo("200 served");
      Eventually.holds("the request is logged", () -> Files.readAllLines(log).size() == 1);
      assertThat(renamed).content().hasLineCount(1);
      assertThat(node.output()).doesNotContain("\"listener\":");
    }
  }

  @Test
  void a_changed_file_is_taken_over_without_a_signal() throws Exception {
    Path file = write(yaml("first"));
    try (Launched node = Launched.with("run", "--threads", "1", file.toString())) {
      node.awaitOutput("admin API on");
      write(yaml("second"));
      Launched.await(() -> status().contains("\"name\":\"second\""));
      assertThat(status()).contains("\"revision\":2");
    }
  }

  @Test
  void an_address_in_use_is_refused() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        Launched node = Launched.with("run", "--threads", "1", write(yaml("app")).toString())) {
      assertThat(taken.isBound()).isTrue();
      assertThat(node.exitCode()).isEqualTo(1);
      assertThat(node.output()).contains("cannot listen");
    }
  }

  @Test
  void an_admin_address_in_use_is_refused() throws Exception {
    try (ServerSocket taken = new ServerSocket(adminPort, 1, InetAddress.getLoopbackAddress());
        Launched node = Launched.with("run", "--threads", "1", write(yaml("app")).toString())) {
      assertThat(taken.isBound()).isTrue();
      assertThat(node.exitCode()).isEqualTo(1);
      assertThat(node.output())
          .contains("admin address 127.0.0.1:" + adminPort)
          .doesNotContain("serving revision");
    }
  }

  @Test
  void the_process_is_java_itself_and_its_cache_fits() throws Exception {
    // AOTMode=on refuses to start without a cache that can be used.
    Map<String, String> strict = Map.of("STEELYARD_JAVA_OPTS", "-XX:AOTMode=on");
    try (Launched node =
        Launched.with(strict, "run", "--threads", "1", write(yaml("app")).toString())) {
      node.awaitOutput("admin API on");
      Path executable = Path.of("/proc/" + node.pid() + "/exe").toRealPath();
      assertThat(executable.getFileName()).hasToString("java");
    }
  }

  @Test
  void every_address_is_IPv6_and_IPv4_and_clients_of_IPv4_are_named_as_such() throws Exception {
    Path file = write(yaml("app").replace("127.0.0.1:" + port, ":" + port));
    try (Launched node = Launched.with("run", "--threads", "1", file.toString())) {
      node.awaitOutput("admin API on");
      assertThat(Web.get("http://[::1]:" + port + "/")).isEqualTo("200 served");
      node.awaitOutput("\"client\":\"[::1]:");
      assertThat(Web.get(site())).isEqualTo("200 served");
      node.awaitOutput("\"client\":\"127.0.0.1:");
    }
  }

  @Test
  void a_node_that_has_just_begun_to_serve_drains_on_TERM() throws Exception {
    try (Launched node = Launched.with("run", "--threads", "1", write(yaml("app")).toString())) {
      node.awaitOutput("serving revision 1");
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).contains("draining", "stopped");
    }
  }

  @Test
  void a_node_that_was_started_by_nohup_reloads_on_HUP_and_stops_on_INT() throws Exception {
    Path file = write(yaml("first"));
    try (Launched node = Launched.ignoringSignals("run", "--threads", "1", file.toString())) {
      node.awaitOutput("admin API on");
      write(yaml("second"));
      node.signal("HUP");
      Launched.await(() -> status().contains("\"revision\":2"));
      node.signal("INT");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).contains("stopped").doesNotContain("does nothing");
    }
  }

  @Test
  void a_reload_moves_the_admin_API_or_changes_nothing() throws Exception {
    Path file = write(yaml("first"));
    try (Launched node = Launched.with("run", "--threads", "1", file.toString());
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      node.awaitOutput("admin API on");
      int former = adminPort;
      adminPort = taken.getLocalPort();
      write(yaml("second"));
      node.awaitOutput("admin address 127.0.0.1:" + adminPort + ": ");
      adminPort = former;
      assertThat(status()).contains("\"name\":\"first\"", "\"successful\":false");

      adminPort = FreePorts.any();
      write(yaml("third"));
      node.awaitOutput("admin API on http://127.0.0.1:" + adminPort);
      assertThat(status()).contains("\"name\":\"third\"");
      assertThatThrownBy(() -> Web.get("http://127.0.0.1:" + former + "/livez"))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void a_configuration_from_a_pipe_is_read_once_and_served() throws Exception {
    Path file = write(yaml("piped"));
    String command = "cat '" + file + "' | " + Launched.LAUNCHER + " run --threads 1 /dev/stdin";
    try (Launched shell = Launched.of(List.of("sh", "-c", "exec 3>&1; " + command))) {
      shell.awaitOutput("admin API on");
      assertThat(status()).contains("\"name\":\"piped\"");
      long node =
          ProcessHandle.of(shell.pid()).orElseThrow().descendants().findAny().orElseThrow().pid();
      Launched.signal("HUP", node);
      shell.awaitOutput("nothing to reload");
      Launched.signal("TERM", node);
      assertThat(shell.exitCode()).isZero();
    }
  }

  @Test
  void a_cache_that_does_not_fit_spoils_no_output() throws Exception {
    Path broken = Files.writeString(dir.resolve("broken.aot"), "no cache at all");
    Map<String, String> unfit = Map.of("STEELYARD_JAVA_OPTS", "-XX:AOTCache=" + broken);
    assertThat(Launched.standardOutput(unfit, "version").lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("steelyard ");
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(dir.resolve("site.yaml"), yaml);
  }

  private String yaml(String pool) {
    return """
    listeners: {web: {address: "127.0.0.1:%d", routes: [{pool: %s}]}}
    pools: {%s: {health: {tcp: true, interval: 100ms}, servers: ["127.0.0.1:%d"]}}
    admin: {address: "127.0.0.1:%d"}
    """
        .formatted(port, pool, pool, server.port(), adminPort);
  }

  private String site() {
    return "http://127.0.0.1:" + port + "/";
  }

  private String status() {
    return Web.get("http://127.0.0.1:" + adminPort + "/v1/status");
  }

  private String readiness() {
    return Web.get("http://127.0.0.1:" + adminPort + "/readyz");
  }
}
