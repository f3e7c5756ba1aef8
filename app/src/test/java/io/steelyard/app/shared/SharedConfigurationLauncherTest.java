package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.config.FromConfig;
import io.steelyard.testkit.Etcd;
import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

/** Nodes whose listeners and pools stand in a real etcd, as their operators know them. */
final class SharedConfigurationLauncherTest extends SharedNode {
  private Etcd etcd;

  SharedConfigurationLauncherTest() {
    super(FromConfig.Kind.ETCD);
  }

  @Override
  String begin(Path storeDir) throws IOException {
    etcd = Etcd.start(storeDir, 1);
    return etcd.endpoints();
  }

  @Override
  void end() {
    etcd.close();
  }

  @Override
  void kill() {
    etcd.kill(0);
  }

  @Override
  void restart() throws Exception {
    etcd.restart(0);
  }

  @Override
  void restartEmpty() throws Exception {
    etcd.restartEmpty();
  }

  @Override
  void signal(String name) throws Exception {
    etcd.signal(0, name);
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
          () -> status().contains("etcd://127.0.0.1:" + wayPort() + "/site/config:2:"));
      assertThat(status()).contains("did you mean 'balance'");
      assertThat(get()).startsWith("200 s");
      put("config", site("{}"));
      Eventually.holds("all is well", () -> status().contains("\"refused\":null"));

      // Each by itself is no loss; the node sees them together, or refuses the last two.
      remove("config");
      Eventually.holds("an empty store", () -> status().contains("there is no document"));
      assertThat(get()).startsWith("200 s");
      put("config", site("{servers: ['" + server("last") + "']}"));
      for (int i = 0; i < 4; i++) {
        remove(SERVERS + "s" + i);
      }
      Eventually.holds(
          "the last one alone, or a loss",
          () -> get().equals("200 last") || status().contains("would lose"));
      assertThat(get()).startsWith("200 ");
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
      Eventually.holds("it is allowed", () -> !status().contains("\"s3\""));
      assertThat(get()).isEqualTo("200 s0");
      assertThat(node.output()).doesNotContain("Exception");
    }
  }

  @Test
  void without_a_store_and_without_a_last_configuration_a_node_says_so() throws Exception {
    etcd.kill(0);
    try (Launched node = Launched.with("run", file.toString())) {
      assertThat(node.exitCode()).isEqualTo(1);
      assertThat(node.output())
          .contains("it is asked again", "there is no last good configuration either");
    }
  }
}
