package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.config.Address;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.consul.FakeConsulProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose listeners and pools stand in a fake of Consul, as its operator knows it. */
final class ConsulLauncherTest {
  @TempDir private Path dir;

  private final List<HttpServer> servers = new ArrayList<>();
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  private FakeConsulProcess consul;
  private KeyStore store;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    consul = FakeConsulProcess.start(dir.resolve("consul"));
    String[] host = consul.endpoint().split(":", 2);
    store =
        Stores.open(
            new FromConfig.Store(
                FromConfig.Kind.CONSUL,
                false,
                List.of(new Address.Tcp(host[0], Integer.parseInt(host[1]))),
                "",
                Optional.empty(),
                List.of(),
                "/site/"));
    file =
        Files.writeString(
            dir.resolve("own.yaml"),
            "from: consul://%s/site\nadmin: {address: \"127.0.0.1:%d\"}\n"
                .formatted(consul.endpoint(), adminPort));
  }

  @AfterEach
  void stop() {
    store.close();
    consul.close();
    servers.forEach(server -> server.stop(0));
  }

  /** One that answers with its name. */
  private String server(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = name.getBytes(StandardCharsets.US_ASCII);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** One pool with one server. */
  private void put(String server) throws IOException {
    String address = server(server);
    Eventually.holds(
        server + " is written",
        () ->
            store.write(
                "config",
                ("listeners: {web: {address: '127.0.0.1:%d', pool: app}}\n"
                        + "pools: {app: {servers: ['%s']}}\n")
                    .formatted(port, address),
                store.read().version("config")));
  }

  private Launched run() throws IOException {
    Launched node = Launched.with("run", "--threads", "1", file.toString());
    node.awaitOutput("admin API on");
    return node;
  }

  private void serves(String server) {
    Eventually.holds(
        server, () -> Web.get("http://127.0.0.1:" + port + "/").equals("200 " + server));
  }

  private String status() {
    return Web.get("http://127.0.0.1:" + adminPort + "/v1/status");
  }

  @Test
  void a_node_follows_consul_goes_on_without_it_and_starts_without_it() throws Exception {
    put("one");
    try (Launched node = run()) {
      serves("one");
      put("two");
      serves("two");
      KeyStore.Lease lease = store.lease(Duration.ofSeconds(10));
      lease.write("pools/app/servers/three", server("three"));
      serves("three");
      lease.close();
      Eventually.holds("two alone", () -> !status().contains("\"three\""));
      Eventually.holds(
          "the node says what it runs",
          () -> store.read().entries().keySet().stream().anyMatch(k -> k.startsWith("nodes/")));
      consul.kill();
      Eventually.holds("it is said", () -> status().contains("\"reachable\":false"));
      serves("two");
      node.signal("KILL");
      node.exitCode();
    }
    try (Launched node = run()) {
      serves("two");
      assertThat(node.output()).contains("cannot be connected to", "own.yaml.last-good");
      consul.restart();
      put("four");
      serves("four");
      // What the killed node held it holds again.
      Eventually.holds("reachable", () -> status().contains("\"reachable\":true"));
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).doesNotContain("Exception");
    }
    assertThat(store.read().entries()).containsOnlyKeys("config");
  }
}
