package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.config.FromConfig;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.ZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nodes whose listeners and pools stand in a real ZooKeeper, as their operators know them. */
final class ZooKeeperLauncherTest extends SharedNode {
  private ZooKeeper zookeeper;

  ZooKeeperLauncherTest() {
    super(FromConfig.Kind.ZOOKEEPER);
  }

  @Override
  String begin(Path storeDir) throws IOException {
    zookeeper = ZooKeeper.start(storeDir, 1);
    return zookeeper.endpoints();
  }

  @Override
  void end() {
    zookeeper.close();
  }

  @Test
  void a_node_serves_follows_goes_on_and_starts_without_it() throws Exception {
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
      zookeeper.kill(0);
      Eventually.holds("it is said", () -> status().contains("\"reachable\":false"));
      assertThat(get()).isEqualTo("200 two");
      node.signal("TERM");
      assertThat(node.exitCode()).isZero();
      assertThat(node.output()).doesNotContain("Exception", "SLF4J", "WARN");
    }
    try (Launched node = run()) {
      Eventually.holds("two again", () -> get().equals("200 two"));
      assertThat(node.output()).contains("starting from", "own.yaml.last-good");
      zookeeper.restart(0);
      put("config", site("{servers: ['" + server("four") + "']}"));
      Eventually.holds("four", () -> get().equals("200 four"));
      assertThat(status()).contains("\"reachable\":true");
    }
  }
}
