package io.steelyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.SimulatedCluster.Node;
import io.steelyard.cluster.SimulatedCluster.Weather;
import io.steelyard.core.session.SessionEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever the network does, all nodes come to know the same. */
final class ConvergenceTest {
  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 3000 : 150;
  private static final int ROOM = 10_000;
  private static final long PATIENCE_MS = 900_000;

  @Test
  void with_loss_repetition_reordering_and_partitions_all_come_to_the_same() {
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SimulatedCluster cluster = new SimulatedCluster(seed, random.nextInt(2, 6), ROOM);
      cluster.weather(new Weather(random.nextDouble(0.4), random.nextDouble(0.5)));
      for (int step = 0; step < 60; step++) {
        disturb(cluster, random);
        cluster.run(random.nextInt(1, 400));
      }
      cluster.joinAll();
      assertThat(cluster.converges(PATIENCE_MS)).as("seed %d", seed).isTrue();
    }
  }

  private static void disturb(SimulatedCluster cluster, SplittableRandom random) {
    List<Node> nodes = new ArrayList<>(cluster.nodes.values());
    Node one = nodes.get(random.nextInt(nodes.size()));
    Node other = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(12)) {
      case 0 -> {
        if (one != other) {
          cluster.part(one.name, other.name);
        }
      }
      case 1 -> {
        if (one != other) {
          cluster.join(one.name, other.name);
        }
      }
      case 2 -> cluster.start(one.name, ROOM);
      case 3 -> one.end(random.nextInt(1, 5));
      case 4 -> {
        byte[] word = Long.toString(random.nextLong()).getBytes(StandardCharsets.US_ASCII);
        one.replica.say(
            "f" + random.nextInt(5), random.nextBoolean() ? word : null, cluster.nowMs());
      }
      case 5 -> one.seen(random.nextInt(1, 50));
      default -> {
        for (int i = random.nextInt(20); i >= 0; i--) {
          one.put(random.nextInt(1, 50), random.nextInt(1, 5));
        }
      }
    }
  }

  @Test
  void the_later_word_holds_also_when_its_speaker_has_the_slower_clock() {
    SimulatedCluster cluster = new SimulatedCluster(1, 2, ROOM);
    Node a = cluster.nodes.get("n0");
    Node b = cluster.nodes.get("n1");
    for (int i = 0; i < 10; i++) {
      Node speaker = i % 2 == 0 ? a : b;
      speaker.put(7, i + 1);
      assertThat(cluster.converges(5000)).isTrue();
      assertThat(a.content().get(7L).get(1)).isEqualTo(i + 1L);
    }
  }

  @Test
  void who_joins_gets_all_and_says_so_only_then() {
    SimulatedCluster cluster = new SimulatedCluster(2, 2, 200_000);
    cluster.part("n0", "n1");
    Node a = cluster.nodes.get("n0");
    for (int i = 1; i <= 120_000; i++) {
      a.put(i, 1);
    }
    Node b = cluster.nodes.get("n1");
    cluster.join("n0", "n1");
    while (!b.replica.standing("n0", 0).orElseThrow().inStep()) {
      assertThat(cluster.nowMs()).isLessThan(SimulatedCluster.START_MS + 60_000);
      cluster.run(50);
    }
    assertThat(b.shard.size()).isEqualTo(120_000);
    assertThat(a.content()).isEqualTo(b.content());
  }

  @Test
  void who_missed_changes_is_not_in_step_until_it_has_them() {
    SimulatedCluster cluster = new SimulatedCluster(3, 2, ROOM);
    cluster.run(2000);
    Node a = cluster.nodes.get("n0");
    Node b = cluster.nodes.get("n1");
    assertThat(b.replica.standing("n0", 0).orElseThrow().inStep()).isTrue();
    a.put(1, 1);
    cluster.run(1000);
    cluster.weather(new Weather(1, 0));
    a.put(2, 1);
    cluster.run(400);
    cluster.weather(new Weather(0, 0));
    a.put(3, 1);
    a.tell();
    cluster.run(300);
    boolean inStep = b.replica.standing("n0", 0).orElseThrow().inStep();
    assertThat(inStep).as("it has all, or says that it has not").isEqualTo(b.shard.size() == 3);
    cluster.run(3000);
    assertThat(b.shard.size()).isEqualTo(3);
    assertThat(b.replica.standing("n0", 0).orElseThrow().inStep()).isTrue();
  }

  /** Nothing comes behind it that would show the gap. */
  @Test
  void the_last_change_before_a_silence_is_missed_soon_too() {
    SimulatedCluster cluster = new SimulatedCluster(5, 2, ROOM);
    cluster.run(2000);
    Node a = cluster.nodes.get("n0");
    a.put(1, 1);
    cluster.run(3000);
    cluster.weather(new Weather(1, 0));
    a.put(2, 1);
    a.tell();
    cluster.weather(new Weather(0, 0));
    assertThat(a.replica.standing("n1", 0).orElseThrow().unconfirmed()).isPositive();
    cluster.run(4500);
    assertThat(cluster.nodes.get("n1").shard.size()).isEqualTo(2);
    assertThat(a.replica.standing("n1", 0).orElseThrow().unconfirmed()).isZero();
  }

  private static long lagMs(SimulatedCluster cluster) {
    long nowNs = cluster.nowMs() * 1_000_000;
    return cluster.nodes.get("n0").replica.standing("n1", nowNs).orElseThrow().lagNs() / 1_000_000;
  }

  /** It stayed what it was when the last confirmation came, however long ago that was. */
  @Test
  void the_lag_grows_while_nothing_is_confirmed() {
    SimulatedCluster cluster = new SimulatedCluster(5, 2, ROOM);
    cluster.run(2000);
    Node a = cluster.nodes.get("n0");
    a.put(1, 1);
    cluster.run(3000);
    assertThat(lagMs(cluster)).isBetween(1L, 1000L);
    cluster.weather(new Weather(1, 0));
    a.put(2, 1);
    a.tell();
    cluster.run(10_000);
    assertThat(lagMs(cluster)).isEqualTo(10_000);
    cluster.weather(new Weather(0, 0));
    cluster.run(4500);
    assertThat(lagMs(cluster)).isBetween(1L, 1000L);
  }

  /** A table that is smaller can never be the same: that must not cost more and more. */
  @Test
  void a_full_table_is_not_told_the_same_for_ever() {
    SimulatedCluster cluster = new SimulatedCluster(4, 2, ROOM);
    cluster.start("n1", 50);
    for (int i = 1; i <= 200; i++) {
      cluster.nodes.get("n0").put(i, 1);
      cluster.run(500);
    }
    cluster.run(600_000);
    long before = cluster.posted;
    cluster.run(1_800_000);
    assertThat(cluster.posted - before).isLessThan(8 * 200 * SessionEntry.BYTES);
    assertThat(cluster.nodes.get("n1").shard.refused()).isPositive();
    assertThat(cluster.nodes.get("n1").shard.size()).isEqualTo(50);
  }
}
