package io.steelyard.store.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.StoreContract;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against ZooKeeper 3.9 in this process; and what is ZooKeeper's own. */
final class EmbeddedZooKeeperTest extends StoreContract {
  @TempDir private Path dir;
  private Embedded server;

  @Override
  protected void begin() throws Exception {
    server = Embedded.start(dir, FreePorts.any());
  }

  @Override
  protected void end() {
    server.close();
  }

  @Override
  protected KeyStore open(String prefix) {
    return ZooKeeperStore.of(
        new ZooKeeperOptions(
            List.of(server.address()),
            prefix,
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(2)));
  }

  @Override
  protected void writeRaw(String fullKey, byte[] value) throws Exception {
    try (Raw raw = Raw.at(server.address())) {
      raw.put(fullKey, value);
    }
  }

  @Test
  void parents_are_no_keys_and_a_key_without_a_value_is_one() throws Exception {
    assertThat(store().write("pools/app/servers/a", "x", 0)).isTrue();
    assertThat(store().write("pools/app/servers/b", "", 0)).isTrue();
    Tree tree = store().read();
    assertThat(tree.entries()).containsOnlyKeys("pools/app/servers/a", "pools/app/servers/b");
    assertThat(tree.value("pools/app/servers/b")).contains("");
    assertThat(store().remove("pools/app/servers/a", tree.version("pools/app/servers/a"))).isTrue();
    assertThat(store().remove("pools/app/servers/b", tree.version("pools/app/servers/b"))).isTrue();
    assertThat(store().read().entries()).isEmpty();
    assertThat(store().read().revision()).isGreaterThan(tree.revision());
  }

  @Test
  void a_key_may_stand_where_others_are_below() throws Exception {
    assertThat(store().write("a/b", "below", 0)).isTrue();
    assertThat(store().write("a", "above", 0)).isTrue();
    Tree tree = store().read();
    assertThat(tree.entries()).containsOnlyKeys("a", "a/b");
    assertThat(store().remove("a", tree.version("a"))).isTrue();
    assertThat(store().read().entries()).containsOnlyKeys("a/b");
  }

  @Test
  void a_value_that_fits_no_request_is_refused_and_one_that_does_is_taken() throws Exception {
    assertThatThrownBy(() -> store().write("config", "x".repeat((1 << 20) - 4000), 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the value of config has more than 1044480 bytes");
    String longest = "x".repeat(1_044_480);
    assertThat(store().write("config", longest, 0)).isTrue();
    assertThat(store().read().value("config")).contains(longest);
  }

  @Test
  void a_text_that_is_no_path_is_refused() {
    assertThatThrownBy(() -> store().write("nodes/../x", "1", 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be a key");
  }

  @Test
  void what_others_leave_and_take_away_is_heard() throws Exception {
    Tree[] now = {store().read()};
    writeRaw("/steelyard/pools/app/servers/a", "x".getBytes(StandardCharsets.US_ASCII));
    Eventually.holds(
        "written",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].value("pools/app/servers/a").isPresent();
        });
    try (Raw raw = Raw.at(server.address())) {
      for (String path : List.of("/pools/app/servers/a", "/pools/app/servers", "/pools/app")) {
        raw.remove("/steelyard" + path);
      }
    }
    Eventually.holds(
        "removed",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].entries().isEmpty();
        });
  }

  @Test
  void sessions_that_expire_end_leases_and_miss_nothing() throws Exception {
    Lease lease = store().lease(Duration.ofSeconds(30));
    lease.write("nodes/lb1", "here");
    Tree[] now = {store().read()};
    server.expireSessions();
    Eventually.holds(
        "gone",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].entries().isEmpty();
        });
    Eventually.holds("run out", () -> renewalFails(lease));
    writeRaw("/steelyard/config", "1".getBytes(StandardCharsets.US_ASCII));
    Eventually.holds(
        "heard",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].value("config").equals(Optional.of("1"));
        });
  }

  private static boolean renewalFails(Lease lease) throws InterruptedException {
    try {
      lease.renew();
      return false;
    } catch (StoreException e) {
      return e.getMessage().contains("run out");
    }
  }

  @Test
  void what_changes_while_it_is_away_is_heard() throws Exception {
    store().write("config", "1", 0);
    Tree[] now = {store().read()};
    server.close();
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be connected to");
    server.start();
    writeRaw("/steelyard/config", "2".getBytes(StandardCharsets.US_ASCII));
    Eventually.holds(
        "heard",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].value("config").equals(Optional.of("2"));
        });
  }

  @Test
  void ten_thousand_keys_are_read_in_less_than_two_seconds() throws Exception {
    try (Raw raw = Raw.at(server.address())) {
      raw.putMany("/steelyard/pools/app/servers/s", 10_000);
    }
    assertThat(store().read().entries()).hasSize(10_000);
    try (KeyStore other = open("/steelyard/pools/")) {
      long startNs = System.nanoTime();
      assertThat(other.read().entries()).hasSize(10_000);
      long tookMs = (System.nanoTime() - startNs) / 1_000_000;
      System.out.printf("zookeeper: connected and read 10,000 keys in %d ms%n", tookMs);
      assertThat(tookMs).isLessThan(2000);
    }
  }
}
