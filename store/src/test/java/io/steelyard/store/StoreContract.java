package io.steelyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store keeps to, each tried for real with a fresh one for each test. */
public abstract class StoreContract {
  protected StoreContract() {}

  protected static final Duration SOON = Duration.ofSeconds(10);
  protected static final Duration A_MOMENT = Duration.ofMillis(50);

  private KeyStore store;

  /** Sets a fresh, empty one up. */
  protected abstract void begin() throws Exception;

  /** Ends it, whatever state it is in. */
  protected abstract void end() throws Exception;

  /**
   * A further client, with a time-out of 2 s.
   *
   * @param prefix with a slash at both ends
   */
  protected abstract KeyStore open(String prefix) throws Exception;

  /** What somebody else wrote, who need not keep to UTF-8. */
  protected abstract void writeRaw(String fullKey, byte[] value) throws Exception;

  /** The client that the tests share. */
  protected final KeyStore store() {
    return store;
  }

  @BeforeEach
  final void start() throws Exception {
    begin();
    store = open("/steelyard/");
  }

  @AfterEach
  final void stop() throws Exception {
    if (store != null) {
      store.close();
    }
    end();
  }

  @Test
  void what_is_written_is_read_below_its_prefix_only() throws Exception {
    try (KeyStore other = open("/steelyard2/")) {
      assertThat(other.write("config", "other", 0)).isTrue();
      assertThat(store.read().entries()).isEmpty();
      assertThat(store.write("config", "a: \u00fc", 0)).isTrue();
      assertThat(store.read().value("config")).contains("a: \u00fc");
      assertThat(other.read().value("config")).contains("other");
    }
  }

  @Test
  void a_key_is_written_only_by_who_saw_what_stands_there() throws Exception {
    assertThat(store.write("config", "1", 0)).isTrue();
    assertThat(store.write("config", "2", 0)).isFalse();
    long version = store.read().version("config");
    assertThat(store.write("config", "2", version)).isTrue();
    assertThat(store.write("config", "3", version)).isFalse();
    assertThat(store.remove("config", version)).isFalse();
    assertThat(store.remove("config", store.read().version("config"))).isTrue();
    assertThat(store.read().entries()).isEmpty();
  }

  @Test
  void a_key_that_was_removed_and_written_again_is_another_one() throws Exception {
    store.write("config", "1", 0);
    long version = store.read().version("config");
    assertThat(store.remove("config", version)).isTrue();
    assertThat(store.write("config", "1", 0)).isTrue();
    assertThat(store.write("config", "2", version)).isFalse();
    assertThat(store.read().value("config")).contains("1");
  }

  @Test
  void who_waits_hears_of_every_change_in_the_end() throws Exception {
    Tree tree = store.read();
    assertThat(store.awaitNewer(tree, A_MOMENT)).isEqualTo(tree);
    try (KeyStore writer = open("/steelyard/")) {
      writer.write("config", "1", 0);
      tree = until(tree, "config", "1");
      writer.write("pools/app/servers/a", "10.0.0.1:80", 0);
      writer.write("config", "2", tree.version("config"));
      tree = until(tree, "config", "2");
      assertThat(tree).isEqualTo(store.read());
      writer.remove("pools/app/servers/a", tree.version("pools/app/servers/a"));
      long startNs = System.nanoTime();
      while (tree.entries().size() > 1 && System.nanoTime() - startNs < SOON.toNanos()) {
        tree = store.awaitNewer(tree, SOON);
      }
      assertThat(tree.entries()).containsOnlyKeys("config");
    }
  }

  private Tree until(Tree known, String key, String value) throws Exception {
    Tree tree = known;
    long startNs = System.nanoTime();
    while (!tree.value(key).equals(Optional.of(value))) {
      assertThat(System.nanoTime() - startNs).isLessThan(SOON.toNanos());
      tree = store.awaitNewer(tree, SOON);
    }
    return tree;
  }

  @Test
  void many_keys_are_read_as_of_one_moment() throws Exception {
    for (int i = 0; i < 2500; i++) {
      store.write("pools/app/servers/s" + i, "10.0.0.1:" + i, 0);
    }
    Tree tree = store.read();
    assertThat(tree.entries()).hasSize(2500);
    assertThat(tree.value("pools/app/servers/s2499")).contains("10.0.0.1:2499");
  }

  @Test
  void a_value_that_is_too_long_is_refused_before_it_is_sent() {
    String value = "x".repeat(KeyStore.VALUE_BYTES_MAX + 1);
    assertThatThrownBy(() -> store.write("config", value, 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("config")
        .hasMessageContaining("more than");
  }

  @Test
  void a_value_that_is_no_utf_8_is_refused_with_its_key_and_place() throws Exception {
    writeRaw("/steelyard/config", "a: \u00fc".getBytes(StandardCharsets.ISO_8859_1));
    Tree tree = store.read();
    assertThat(tree.entries().get("config").defect())
        .hasValueSatisfying(why -> assertThat(why).contains("UTF-8", "0xFC", "byte 4"));
  }

  @Test
  void what_is_written_under_a_lease_vanishes_with_it() throws Exception {
    Lease lease = store.lease(Duration.ofSeconds(2));
    lease.write("nodes/lb1", "here");
    lease.write("nodes/lb1", "still here");
    lease.renew();
    assertThat(store.read().value("nodes/lb1")).contains("still here");
    lease.close();
    assertThat(store.read().entries()).isEmpty();
    assertThatThrownBy(lease::renew)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("run out");
  }

  @Test
  void a_store_that_is_closed_lets_nobody_wait() throws Exception {
    Tree tree = store.read();
    KeyStore other = open("/steelyard/");
    other.awaitNewer(tree, A_MOMENT);
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                other.awaitNewer(tree, Duration.ofMinutes(5));
              } catch (StoreException e) {
                // As it has to.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Eventually.holds("it waits", () -> waiting.getState() != Thread.State.NEW);
    other.close();
    Eventually.holds("it waits no more", () -> !waiting.isAlive());
  }
}
