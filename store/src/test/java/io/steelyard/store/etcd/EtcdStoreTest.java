package io.steelyard.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against a real etcd of one member. */
final class EtcdStoreTest extends EtcdTest {
  EtcdStoreTest() {
    super(1, Duration.ofSeconds(2));
  }

  @Test
  void what_is_written_is_read_below_its_prefix_only() throws Exception {
    try (EtcdStore other = store("/steelyard2/")) {
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
  void who_waits_hears_of_every_change_in_order() throws Exception {
    Tree tree = store.read();
    assertThat(store.awaitNewer(tree, A_MOMENT)).isEqualTo(tree);
    try (EtcdStore writer = store("/steelyard/")) {
      writer.write("config", "1", 0);
      tree = store.awaitNewer(tree, SOON);
      assertThat(tree.value("config")).contains("1");
      writer.write("pools/app/servers/a", "10.0.0.1:80", 0);
      writer.write("config", "2", tree.version("config"));
      while (!tree.value("config").equals(Optional.of("2"))) {
        tree = store.awaitNewer(tree, SOON);
      }
      assertThat(tree).isEqualTo(store.read());
      writer.remove("pools/app/servers/a", tree.version("pools/app/servers/a"));
      tree = store.awaitNewer(tree, SOON);
      assertThat(tree.entries()).containsOnlyKeys("config");
    }
  }

  @Test
  void changes_that_were_compacted_away_are_read_as_a_whole() throws Exception {
    Tree old = store.read();
    for (int i = 0; i < 5; i++) {
      store.write("config", "" + i, store.read().version("config"));
    }
    compact(store.read().revision());
    Tree now = store.awaitNewer(old, SOON);
    assertThat(now.value("config")).contains("4");
    assertThat(now).isEqualTo(store.read());
  }

  private void compact(long revision) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      http.send(
          HttpRequest.newBuilder(URI.create(etcd.urls().getFirst() + "/v3/kv/compaction"))
              .POST(
                  HttpRequest.BodyPublishers.ofString("{\"revision\":\"%d\"}".formatted(revision)))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void many_keys_are_read_in_pages_of_one_moment() throws Exception {
    for (int i = 0; i < 2500; i++) {
      store.write("pools/app/servers/s" + i, "10.0.0.1:" + i, 0);
    }
    Tree tree = store.read();
    assertThat(tree.entries()).hasSize(2500);
    assertThat(tree.value("pools/app/servers/s2499")).contains("10.0.0.1:2499");
  }

  @Test
  void a_store_that_is_away_is_said_to_be_and_heard_again_when_it_is_back() throws Exception {
    store.write("config", "1", 0);
    Tree tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
    etcd.kill(0);
    assertThatThrownBy(
            () -> {
              Tree known = tree;
              for (int i = 0; i < 3; i++) {
                known = store.awaitNewer(known, A_MOMENT);
              }
            })
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store.read())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be connected to");
    etcd.restart(0);
    store.write("config", "2", store.read().version("config"));
    assertThat(store.awaitNewer(tree, SOON).value("config")).contains("2");
  }

  @Test
  void a_store_that_is_frozen_is_away_after_its_time_out() throws Exception {
    Tree tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
    etcd.signal(0, "STOP");
    assertThatThrownBy(() -> store.awaitNewer(tree, A_MOMENT))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("does not answer within 2000 ms");
    etcd.signal(0, "CONT");
    Eventually.holds("it answers again", () -> store.read().equals(tree));
  }

  @Test
  void a_store_that_was_set_up_anew_is_read_as_a_whole() throws Exception {
    for (int i = 0; i < 5; i++) {
      store.write("config", "" + i, store.read().version("config"));
    }
    Tree tree = store.read();
    etcd.kill(0);
    etcd.restartEmpty();
    Tree[] now = {tree};
    Eventually.holds(
        "the empty tree",
        () -> {
          now[0] = store.awaitNewer(now[0], A_MOMENT);
          return now[0].entries().isEmpty();
        });
  }

  @Test
  void what_is_written_under_a_lease_vanishes_with_it() throws Exception {
    Lease lease = store.lease(Duration.ofSeconds(2));
    lease.write("nodes/lb1", "here");
    lease.renew();
    assertThat(store.read().value("nodes/lb1")).contains("here");
    lease.close();
    assertThat(store.read().entries()).isEmpty();
    assertThatThrownBy(lease::renew)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("run out");
  }

  @Test
  void a_lease_that_is_not_renewed_runs_out_and_who_waits_hears_of_it() throws Exception {
    Lease lease = store.lease(Duration.ofSeconds(2));
    lease.write("nodes/lb1", "here");
    Tree tree = store.read();
    assertThat(store.awaitNewer(tree, SOON).entries()).isEmpty();
  }
}
