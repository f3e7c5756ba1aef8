package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.config.Address;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Etcd;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose listeners and pools stand in a real etcd, as their operators know them. */
final class SharedConfigurationLauncherTest {
  private static final String SERVERS = "pools/app/servers/";

  @TempDir private Path dir;

  private final List<HttpServer> servers = new ArrayList<>();
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  private Etcd etcd;
  private KeyStore store;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    etcd = Etcd.start(dir.resolve("etcd"), 1);
    store = Stores.open(from());
    file =
        Files.writeString(
            dir.resolve("own.yaml"),
            "from: etcd://%s/site\nadmin: {address: \"127.0.0.1:%d\"}\n"
                .formatted(etcd.endpoints(), adminPort));
  }

  private FromConfig from() {
    String[] host = etcd.endpoints().split(":", 2);
    return new FromConfig.Store(
        FromConfig.Kind.ETCD,
        false,
        List.of(new Address.Tcp(host[0], Integer.parseInt(host[1]))),
        "",
        Optional.empty(),
        List.of(),
        "/site/");
  }

  @AfterEach
  void stop() {
    store.close();
    etcd.close();
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

  /** On a crowded machine etcd may miss a time-out. */
  private void put(String key, String value) {
    Eventually.holds(
        key + " is written",
        () ->
            store.write(key, value, store.read().version(key))
                || store.read().value(key).equals(Optional.of(value)));
  }

  private void remove(String key) {
    Eventually.holds(
        key + " is removed",
        () -> {
          long version = store.read().version(key);
          return version == 0 || store.remove(key, version);
        });
  }

  private String site(String pool) {
    return "listeners: {web: {address: '127.0.0.1:%d', pool: app}}\npools: {app: %s}\n"
        .formatted(port, pool);
  }

  private Launched run() throws IOException {
    Launched node = Launched.with("run", "--threads", "1", file.toString());
    node.awaitOutput("admin API on");
    return node;
  }

  private String get() {
    return Web.get("http://127.0.0.1:" + port + "/");
  }

  private String status() {
    return Web.get("http://127.0.0.1:" + adminPort + "/v1/status");
  }

  @Test
  void a_node_serves_what_stands_in_the_store_and_what_it_is_changed_to() throws Exception {
    put("config", site("{servers: ['" + server("one") + "']}"));
    try (Launched node = run()) {
      Eventually.holds("one", () -> get().equals("200 one"));
      put("config", site("{servers: ['" + server("two") + "']}"));
      Eventually.holds("two", () -> get().equals("200 two"));
      // Servers that register themselves, and vanish with their lease.
      KeyStore.Lease lease = store.lease(Duration.ofSeconds(5));
      lease.write(SERVERS + "three", server("three"));
      Eventually.holds("three", () -> get().equals("200 three"));
      lease.close();
      Eventually.holds("two alone", () -> !status().contains("\"three\""));
      assertThat(get()).isEqualTo("200 two");
      Eventually.holds(
          "the node says what it runs",
          () -> store.read().entries().keySet().stream().anyMatch(k -> k.startsWith("nodes/")));
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
    }
    assertThat(store.read().entries().keySet()).noneMatch(key -> key.startsWith("nodes/"));
  }

  @Test
  void what_is_wrong_or_would_wipe_out_a_pool_is_refused_and_said() throws Exception {
    put("config", site("{}"));
    for (int i = 0; i < 4; i++) {
      put(SERVERS + "s" + i, server("s" + i));
    }
    try (Launched node = run()) {
      Eventually.holds("it serves", () -> get().startsWith("200 s"));
      put("config", site("{balanc: random}"));
      Eventually.holds(
          "the mistake is said with its place",
          () -> status().contains("etcd://" + etcd.endpoints() + "/site/config:2:"));
      assertThat(status()).contains("did you mean 'balance'");
      assertThat(get()).startsWith("200 s");
      put("config", site("{}"));
      Eventually.holds("all is well", () -> status().contains("\"refused\":null"));

      // Each by itself is no loss; the node sees them together, or refuses the last two.
      remove("config");
      Eventually.holds("an empty store", () -> status().contains("missing key 'listeners'"));
      assertThat(get()).startsWith("200 s");
      put("config", site("{servers: ['" + server("last") + "']}"));
      for (int i = 0; i < 4; i++) {
        remove(SERVERS + "s" + i);
      }
      Eventually.holds("it goes on", () -> get().startsWith("200 "));
      assertThat(node.output()).doesNotContain("Exception");
    }
  }

  @Test
  void a_pool_that_was_wiped_out_while_the_node_was_away_is_served_as_it_was() throws Exception {
    put("config", site("{}"));
    for (int i = 0; i < 4; i++) {
      put(SERVERS + "s" + i, server("s" + i));
    }
    try (Launched node = run()) {
      Eventually.holds("it serves", () -> get().startsWith("200 s"));
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
    }
    for (int i = 1; i < 4; i++) {
      remove(SERVERS + "s" + i);
    }
    try (Launched node = run()) {
      Eventually.holds(
          "it is refused", () -> status().contains("would lose 3 of its 4 servers at once"));
      assertThat(get()).startsWith("200 s");
      assertThat(status()).contains("\"s3\"");
      Files.writeString(file, "store: {accept-losses: true}\n", StandardOpenOption.APPEND);
      node.signal("HUP");
      Eventually.holds("it is allowed", () -> !status().contains("\"s3\""));
      assertThat(get()).isEqualTo("200 s0");
    }
  }

  @Test
  void a_node_starts_with_what_it_served_last_when_the_store_is_away() throws Exception {
    put("config", site("{servers: ['" + server("one") + "']}"));
    try (Launched node = run()) {
      Eventually.holds("one", () -> get().equals("200 one"));
      etcd.kill(0);
      Eventually.holds("it is said", () -> status().contains("\"reachable\":false"));
      assertThat(get()).isEqualTo("200 one");
      node.signal("KILL");
      node.exitCode();
    }
    long startNs = System.nanoTime();
    try (Launched node = run()) {
      Eventually.holds("one again", () -> get().equals("200 one"));
      System.out.printf(
          "e2e shared: served after %d ms without the store%n",
          (System.nanoTime() - startNs) / 1_000_000);
      assertThat(node.output()).contains("starting from", "own.yaml.last-good");
      etcd.restart(0);
      put("config", site("{servers: ['" + server("two") + "']}"));
      Eventually.holds("two", () -> get().equals("200 two"));
      assertThat(status()).contains("\"reachable\":true");
    }
  }

  @Test
  void without_a_store_and_without_a_last_configuration_a_node_says_so() throws Exception {
    etcd.kill(0);
    try (Launched node = Launched.with("run", file.toString())) {
      assertThat(node.exitCode()).isEqualTo(1);
      assertThat(node.output())
          .contains("cannot be connected to", "there is no last good configuration either");
    }
  }
}
