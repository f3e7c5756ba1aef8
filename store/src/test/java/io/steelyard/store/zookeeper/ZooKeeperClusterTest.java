package io.steelyard.store.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.ZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against three real members, which elect. */
final class ZooKeeperClusterTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(50);
  private static final Duration ELECTION = Duration.ofSeconds(60);

  @TempDir private Path dir;
  private ZooKeeper zookeeper;
  private ZooKeeperStore store;
  private Tree tree;

  @BeforeEach
  void start() throws Exception {
    zookeeper = ZooKeeper.start(dir, 3);
    store =
        ZooKeeperStore.of(
            new ZooKeeperOptions(
                zookeeper.addresses(),
                "/steelyard/",
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(1)));
    Eventually.holds("written", () -> store.write("config", "1", 0));
    tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
  }

  @AfterEach
  void stop() {
    store.close();
    zookeeper.close();
  }

  private int leader() throws Exception {
    for (int i = 0; i < 3; i++) {
      if (zookeeper.said(i).contains("Mode: leader")) {
        return i;
      }
    }
    throw new AssertionError("no leader");
  }

  private void aChangeIsWrittenAndHeard() {
    Eventually.within(
        ELECTION, "written", () -> store.write("config", "2", tree.version("config")));
    Eventually.within(
        ELECTION,
        "heard",
        () -> store.awaitNewer(tree, SOON).value("config").equals(Optional.of("2")));
  }

  @Test
  void a_leader_that_dies_is_replaced_by_another_one() throws Exception {
    zookeeper.kill(leader());
    aChangeIsWrittenAndHeard();
  }

  @Test
  void a_leader_that_is_frozen_is_left_for_another_one() throws Exception {
    int leader = leader();
    zookeeper.signal(leader, "STOP");
    try {
      aChangeIsWrittenAndHeard();
    } finally {
      zookeeper.signal(leader, "CONT");
    }
  }

  @Test
  void without_a_majority_nothing_old_is_said() throws Exception {
    zookeeper.kill(1);
    zookeeper.kill(2);
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
    zookeeper.restart(1);
    Eventually.within(ELECTION, "it is back", () -> store.read().equals(tree));
    assertThat(store.write("config", "2", tree.version("config"))).isTrue();
  }
}
