package io.steelyard.app.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.Dnsmasq;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose servers are found, as their operators know them. */
final class DiscoveryLauncherTest {
  @TempDir private Path dir;

  private final List<WebServer> servers = new ArrayList<>();
  private final int serverPort = FreePorts.any();
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();

  @AfterEach
  void stop() {
    servers.forEach(WebServer::close);
  }

  /** One at this loopback address that answers with it. */
  private void server(String address) {
    servers.add(WebServer.at(new InetSocketAddress(address, serverPort), address));
  }

  private Launched run(String pool) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("site.yaml"),
            """
            listeners: {web: {address: '127.0.0.1:%d', pool: app}}
            admin: {address: '127.0.0.1:%d'}
            pools: {app: %s}
            """
                .formatted(port, adminPort, pool));
    Launched node = Launched.with("run", "--threads", "1", file.toString());
    node.awaitOutput("admin API on");
    return node;
  }

  private Launched takeOver() throws IOException {
    return Launched.with(
        "run", "--take-over", "--threads", "1", dir.resolve("site.yaml").toString());
  }

  private String get() {
    return Web.get("http://127.0.0.1:" + port + "/");
  }

  private String admin(String path) {
    return Web.get("http://127.0.0.1:" + adminPort + path);
  }

  private boolean serves(String... addresses) {
    String pools = admin("/v1/pools");
    return List.of(addresses).stream()
            .allMatch(a -> pools.contains("\"name\":\"%s:%d\"".formatted(a, serverPort)))
        && pools.split("\"address\":", -1).length - 1 == addresses.length;
  }

  @Test
  void a_pool_gains_and_loses_servers_by_dns_without_a_failed_request() throws Exception {
    List.of("127.0.0.1", "127.0.0.2", "127.0.0.3").forEach(this::server);
    try (Dnsmasq dns =
        Dnsmasq.start(
            dir.resolve("dns"),
            "host-record=app.example,127.0.0.1,1",
            "host-record=app.example,127.0.0.2,1")) {
      String pool =
          "{health: {http: /, interval: 50ms}, discover: {dns: app.example, port: %d, resolver:"
                  .formatted(serverPort)
              + " '%s', interval-min: 100ms}}".formatted(dns.address());
      try (Launched node = run(pool)) {
        Launched.await(() -> admin("/readyz").startsWith("200"));
        // On a crowded machine the first answer may take longer than a start waits for it.
        Launched.await(() -> get().startsWith("200 127.0.0."));
        Map<String, Integer> answers = new ConcurrentHashMap<>();
        AtomicBoolean enough = new AtomicBoolean();
        Thread client =
            Thread.ofVirtual()
                .start(() -> {
                  while (!enough.get()) {
                    answers.merge(get(), 1, Integer::sum);
                  }
                });
        Eventually.holds("two", () -> serves("127.0.0.1", "127.0.0.2"));
        String drain = admin("/v1/pools/app/servers/127.0.0.1:" + serverPort);
        assertThat(drain).contains("\"health\":\"up\"");

        dns.serve("host-record=app.example,127.0.0.1,1", "host-record=app.example,127.0.0.3,1");
        Eventually.holds("one has come, one is gone", () -> serves("127.0.0.1", "127.0.0.3"));
        Eventually.holds("it is used", () -> answers.containsKey("200 127.0.0.3"));
        assertThat(admin("/v1/pools/app/servers/127.0.0.1:" + serverPort))
            .contains("\"health\":\"up\"");

        dns.serve("host-record=other.example,127.0.0.1,1");
        Eventually.holds(
            "it is said", () -> admin("/v1/pools").contains("there is no name app.example"));
        assertThat(serves("127.0.0.1", "127.0.0.3")).isTrue();
        dns.kill();
        Eventually.holds("it is said", () -> admin("/v1/pools").contains("\"result\":\"failed\""));
        assertThat(serves("127.0.0.1", "127.0.0.3")).isTrue();
        dns.serve("host-record=app.example,127.0.0.2,1");
        Eventually.holds("it answers again", () -> serves("127.0.0.2"));

        enough.set(true);
        client.join();
        assertThat(answers.keySet()).allMatch(answer -> answer.startsWith("200 "));
        assertThat(admin("/metrics"))
            .contains("steelyard_discovery_lookups_total{pool=\"app\",result=\"nothing\"}")
            .contains("steelyard_discovery_servers{pool=\"app\"} 1")
            .contains("steelyard_discovery_last_success_seconds{pool=\"app\"}");
        assertThat(node.output())
            .contains("is found by dns app.example", "is gone from dns", "answers again")
            .doesNotContain("Exception");
        assertThat(
                Launched.standardOutput(
                    Map.of(), "pools", "--admin", "http://127.0.0.1:" + adminPort))
            .contains("found by dns app.example:" + serverPort + ": found");
        node.signal("TERM");
        assertThat(node.exitCode()).isZero();
      }
    }
  }

  @Test
  void a_pool_is_empty_until_there_is_a_file_with_servers_which_may_change() throws Exception {
    server("127.0.0.1");
    server("127.0.0.2");
    try (Launched node = run("{sticky: {cookie: srv}, discover: {file: app.servers}}")) {
      Launched.await(() -> admin("/readyz").startsWith("200"));
      assertThat(get()).startsWith("503 ");
      assertThat(admin("/v1/pools")).contains("no such file");
      rename("127.0.0.1:%d\n".formatted(serverPort));
      Eventually.holds("the first", () -> get().equals("200 127.0.0.1"));
      rename("127.0.0.2:%d weight=3 # another\n".formatted(serverPort));
      Eventually.holds("the second", () -> get().equals("200 127.0.0.2"));
      rename("127.0.0.2:%d wieght=3\n".formatted(serverPort));
      Eventually.holds("a mistake", () -> admin("/v1/pools").contains("app.servers:1"));
      assertThat(get()).isEqualTo("200 127.0.0.2");
      rename("");
      Eventually.holds("no server", () -> admin("/v1/pools").contains("there is no server in"));
      assertThat(get()).isEqualTo("200 127.0.0.2");
      assertThat(node.output()).doesNotContain("Exception");
    }
  }

  @Test
  void a_process_that_takes_over_while_the_source_is_away_knows_the_servers_of_the_former_one()
      throws Exception {
    server("127.0.0.1");
    server("127.0.0.2");
    rename("127.0.0.1:%d name=one weight=3\n".formatted(serverPort));
    try (Launched old = run("{health: {http: /, interval: 50ms}, discover: {file: app.servers}}")) {
      Launched.await(() -> get().equals("200 127.0.0.1"));
      Files.delete(dir.resolve("app.servers"));
      Eventually.holds("it is away", () -> admin("/v1/pools").contains("no such file"));
      try (Launched next = takeOver()) {
        next.awaitOutput("took over");
        assertThat(old.exitCode()).isZero();
        assertThat(get()).isEqualTo("200 127.0.0.1");
        assertThat(admin("/v1/pools/app/servers/one"))
            .contains("\"weight\":3", "\"health\":\"up\"");
        assertThat(next.output()).contains("no such file; the servers that are known stay");
        rename("127.0.0.2:%d\n".formatted(serverPort));
        Eventually.holds("the source is back", () -> get().equals("200 127.0.0.2"));
        Eventually.holds("what it does not name goes", () -> serves("127.0.0.2"));
      }
    }
  }

  private void rename(String content) throws IOException {
    Path beside = Files.writeString(dir.resolve("app.servers.new"), content);
    Files.move(beside, dir.resolve("app.servers"), StandardCopyOption.ATOMIC_MOVE);
  }
}
