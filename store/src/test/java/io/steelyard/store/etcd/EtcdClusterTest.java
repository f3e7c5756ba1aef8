package io.steelyard.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against three real members, which elect. */
final class EtcdClusterTest extends EtcdTest {
  EtcdClusterTest() {
    super(3, Duration.ofSeconds(1));
  }

  @Test
  void a_member_that_dies_is_replaced_by_another_one() throws Exception {
    store.write("config", "1", 0);
    Tree tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
    etcd.kill(0);
    // The watch may break with its member; the next one goes on where it ended.
    Eventually.holds("written", () -> store.write("config", "2", tree.version("config")));
    Eventually.holds(
        "heard", () -> store.awaitNewer(tree, SOON).value("config").equals(Optional.of("2")));
  }

  @Test
  void a_member_that_is_frozen_is_left_for_another_one() throws Exception {
    store.write("config", "1", 0);
    Tree tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
    etcd.signal(0, "STOP");
    Eventually.holds("written", () -> store.write("config", "2", tree.version("config")));
    Eventually.holds(
        "heard", () -> store.awaitNewer(tree, A_MOMENT).value("config").equals(Optional.of("2")));
    etcd.signal(0, "CONT");
  }

  @Test
  void without_a_majority_nothing_old_is_said() throws Exception {
    store.write("config", "1", 0);
    Tree tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
    etcd.kill(1);
    etcd.kill(2);
    Eventually.holds(
        "it is away",
        () -> {
          try {
            store.read();
            return false;
          } catch (StoreException e) {
            return true;
          }
        });
    assertThatThrownBy(() -> store.awaitNewer(tree, A_MOMENT)).isInstanceOf(StoreException.class);
    etcd.restart(1);
    Eventually.holds("it is back", () -> store.read().equals(tree));
    assertThat(store.write("config", "2", tree.version("config"))).isTrue();
  }
}
