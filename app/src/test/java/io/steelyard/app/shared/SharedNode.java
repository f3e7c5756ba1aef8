package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.contract.Relay;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.config.Address;
import io.steelyard.config.ClientTls;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose listeners and pools stand in a real store of one member, below {@code /site}. */
abstract class SharedNode {
  static final String SERVERS = "pools/app/servers/";

  private final FromConfig.Kind kind;

  @TempDir Path dir;

  private final List<WebServer> servers = new ArrayList<>();
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  private Relay way;
  KeyStore store;
  Path file;

  SharedNode(FromConfig.Kind kind) {
    this.kind = kind;
  }

  /** Sets the store up; where it is, as {@code host:port}. */
  abstract String begin(Path storeDir) throws IOException;

  /** Ends it. */
  abstract void end();

  /** SIGKILL. */
  abstract void kill() throws Exception;

  /** With what it knew; returns once it answers. */
  abstract void restart() throws Exception;

  /** With nothing that it knew; returns once it answers. After {@link #kill}. */
  abstract void restartEmpty() throws Exception;

  /** STOP or CONT. */
  abstract void signal(String name) throws Exception;

  @BeforeEach
  final void start() throws IOException {
    String[] host = begin(dir.resolve("store")).split(":", 2);
    int storePort = Integer.parseInt(host[1]);
    way = new Relay(storePort);
    store = Stores.open(from(storePort));
    file =
        Files.writeString(
            dir.resolve("own.yaml"),
            "from: %s\nadmin: {address: \"127.0.0.1:%d\"}\n"
                .formatted(from(way.port()), adminPort));
  }

  private FromConfig from(int storePort) {
    return new FromConfig.Store(
        kind,
        false,
        List.of(new Address.Tcp("127.0.0.1", storePort)),
        "",
        Optional.empty(),
        ClientTls.DEFAULT,
        "/site/");
  }

  /** Where the node finds the store. */
  final int wayPort() {
    return way.port();
  }

  @AfterEach
  final void stop() {
    store.close();
    way.close();
    end();
    servers.forEach(WebServer::close);
  }

  /** One that answers with its name. */
  final String server(String name) {
    WebServer server = WebServer.answering(name);
    servers.add(server);
    return server.address();
  }

  /** On a crowded machine a store may miss a time-out. */
  final void put(String key, String value) {
    Eventually.holds(
        key + " is written",
        () ->
            store.write(key, value, store.read().version(key))
                || store.read().value(key).equals(Optional.of(value)));
  }

  final void remove(String key) {
    Eventually.holds(
        key + " is removed",
        () -> {
          long version = store.read().version(key);
          return version == 0 || store.remove(key, version);
        });
  }

  final String site(String pool) {
    return "listeners: {web: {address: '127.0.0.1:%d', pool: app}}\npools: {app: %s}\n"
        .formatted(port, pool);
  }

  final Launched run() throws IOException {
    Launched node = Launched.with("run", "--threads", "1", file.toString());
    node.awaitOutput("admin API on");
    return node;
  }

  final String get() {
    return Web.get("http://127.0.0.1:" + port + "/");
  }

  final String status() {
    return Web.get("http://127.0.0.1:" + adminPort + "/v1/status");
  }

  @Test
  final void a_node_serves_follows_goes_on_and_starts_without_it() throws Exception {
    put("config", site("{servers: ['" + server("one") + "']}"));
    try (Launched node = run()) {
      Eventually.holds("one", () -> get().equals("200 one"));
      put("config", site("{servers: ['" + server("two") + "']}"));
      Eventually.holds("two", () -> get().equals("200 two"));
      KeyStore.Lease lease = store.lease(Duration.ofSeconds(10));
      lease.write(SERVERS + "three", server("three"));
      Eventually.holds("three", () -> get().equals("200 three"));
      lease.close();
      Eventually.holds("two alone", () -> !status().contains("\"three\""));
      Eventually.holds(
          "the node says what it runs",
          () -> store.read().entries().keySet().stream().anyMatch(k -> k.startsWith("nodes/")));
      kill();
      Eventually.holds("it is said", () -> status().contains("\"reachable\":false"));
      assertThat(get()).isEqualTo("200 two");
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).doesNotContain("Exception", "SLF4J");
    }
    long startNs = System.nanoTime();
    try (Launched node = run()) {
      Eventually.holds("two again", () -> get().equals("200 two"));
      System.out.printf(
          "e2e shared: %s, served after %d ms without the store (bar 2000)%n",
          kind, (System.nanoTime() - startNs) / 1_000_000);
      assertThat(node.output()).contains("starting from", "own.yaml.last-good");
      restart();
      put("config", site("{servers: ['" + server("four") + "']}"));
      Eventually.holds("four", () -> get().equals("200 four"));
      assertThat(status()).contains("\"reachable\":true");
    }
  }

  @Test
  final void nothing_that_befalls_the_store_harms_what_runs() throws Exception {
    String one = server("one");
    String two = server("two");
    put("config", site("{servers: ['" + one + "']}"));
    try (Launched node = run();
        ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Eventually.holds("one", () -> get().equals("200 one"));
      AtomicBoolean ended = new AtomicBoolean();
      Future<List<String>> failures = client.submit(() -> failures(ended));
      kill();
      Eventually.holds("killed", () -> status().contains("\"reachable\":false"));
      restart();
      put("config", site("{servers: ['" + two + "']}"));
      Eventually.holds("two", () -> get().equals("200 two"));

      signal("STOP");
      Eventually.holds("frozen", () -> status().contains("\"reachable\":false"));
      signal("CONT");
      put("config", site("{servers: ['" + one + "']}"));
      Eventually.holds("one", () -> get().equals("200 one"));

      way.cut();
      Eventually.holds("parted", () -> status().contains("\"reachable\":false"));
      put("config", site("{servers: ['" + two + "']}"));
      assertThat(get()).isEqualTo("200 one");
      way.join();
      Eventually.holds("two", () -> get().equals("200 two"));
      put("config", site("{servers: ['" + one + "']}"));
      Eventually.holds("one", () -> get().equals("200 one"));

      kill();
      restartEmpty();
      Eventually.holds("empty", () -> status().contains("\"refused\":\""));
      assertThat(get()).isEqualTo("200 one");
      put("config", site("{servers: ['" + two + "']}"));
      Eventually.holds("two", () -> get().equals("200 two"));
      Eventually.holds("all is well", () -> status().contains("\"refused\":null"));
      ended.set(true);
      assertThat(failures.get()).isEmpty();
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).doesNotContain("Exception");
      assertThat(store.read().entries().keySet()).noneMatch(key -> key.startsWith("nodes/"));
    }
  }

  /** What a client got beside what it should. */
  private List<String> failures(AtomicBoolean ended) {
    List<String> failures = new ArrayList<>();
    while (!ended.get()) {
      String answer = get();
      if (!List.of("200 one", "200 two").contains(answer)) {
        failures.add(answer);
      }
    }
    return failures;
  }
}
