package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Round robin where it does not look at each server. */
class ManyServersRoundRobinTest {
  private final SplittableRandom random = new SplittableRandom(17);

  @ParameterizedTest
  @ValueSource(ints = {17, 30, 100, 1000})
  void every_cycle_shares_exactly_by_weight(int size) {
    FakeServers servers = new FakeServers(random.ints(size, 1, 12).toArray());
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    for (int cycle = 0; cycle < 10; cycle++) {
      assertThat(counts(balancer, servers, Arrays.stream(servers.weights).sum()))
          .isEqualTo(servers.weights);
    }
  }

  @Test
  void equal_weights_take_turns_one_after_the_other() {
    FakeServers servers = FakeServers.equal(50);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    int[] order = IntStream.range(0, 50).map(i -> balancer.pick(servers, 0, random)).toArray();
    assertThat(Arrays.stream(order).distinct().count()).isEqualTo(50);
    for (int i = 0; i < 500; i++) {
      assertThat(balancer.pick(servers, 0, random)).isEqualTo(order[i % 50]);
    }
  }

  @Test
  void the_others_keep_their_exact_shares_while_some_are_down() {
    FakeServers servers = new FakeServers(pattern(60, 1, 2, 3));
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    counts(balancer, servers, 77);
    servers.down(IntStream.range(0, 60).filter(i -> i % 3 == 0).toArray());
    int[] counts = counts(balancer, servers, 100 * 1000);
    for (int i = 0; i < 60; i++) {
      assertThat((double) counts[i]).as("%d", i).isBetween(due(i) - 2, due(i) + 2);
    }
  }

  private static double due(int i) {
    return i % 3 == 0 ? 2 : 1000.0 * (i % 3 + 1);
  }

  @Test
  void a_heavy_server_is_spread_out_evenly() {
    FakeServers servers = FakeServers.equal(40);
    servers.weights[7] = 40;
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    int inARow = 0;
    for (int i = 0; i < 4000; i++) {
      inARow = balancer.pick(servers, 0, random) == 7 ? inARow + 1 : 0;
      assertThat(inARow).as("pick %d", i).isLessThanOrEqualTo(2);
    }
  }

  /** Servers go, come, and change their weight: what is due is counted by hand. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 500})
  void shares_do_not_drift_however_often_the_epoch_changes(int picksPerEpoch) {
    int size = 40;
    FakeServers servers = new FakeServers(random.ints(size, 1, 257).toArray());
    int[] configured = servers.weights.clone();
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    double[] due = new double[size];
    int[] got = new int[size];
    double worst = 0;
    for (int i = 0; i < 200_000; i++) {
      if (i % picksPerEpoch == 0) {
        changeOne(servers, configured);
      }
      got[balancer.pick(servers, 0, random)]++;
      credit(servers, due);
      for (int s = 0; s < size; s++) {
        worst = Math.max(worst, Math.abs(got[s] - due[s]));
      }
    }
    assertThat(worst).isLessThan(3);
  }

  @Test
  void a_server_that_was_down_for_long_gets_no_burst_when_it_returns() {
    FakeServers servers = FakeServers.equal(30).down(4);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    counts(balancer, servers, 100_000);
    servers.up(4);
    assertThat(counts(balancer, servers, 300)[4]).isBetween(9, 11);
  }

  @Test
  void a_full_server_gets_no_burst_when_it_has_room_again() {
    FakeServers servers = FakeServers.equal(30).full(4);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    assertThat(counts(balancer, servers, 2900)[4]).isZero();
    servers.full[4] = false;
    assertThat(counts(balancer, servers, 300)[4]).isBetween(9, 12);
  }

  @Test
  void loops_do_not_go_round_in_step() {
    FakeServers servers = FakeServers.equal(20);
    int[] firsts = new int[20];
    int[] seconds = new int[20];
    for (int loop = 0; loop < 4000; loop++) {
      Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
      firsts[balancer.pick(servers, 0, random)]++;
      seconds[balancer.pick(servers, 0, random)]++;
    }
    for (int i = 0; i < 20; i++) {
      assertThat(firsts[i]).isBetween(120, 280);
      assertThat(seconds[i]).isBetween(120, 280);
    }
  }

  @Test
  void weights_of_any_size_are_shared_by() {
    FakeServers servers = new FakeServers(pattern(20, 1, 1 << 24, 65_280, 255, 256));
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    int[] counts = counts(balancer, servers, 1_000_000);
    double sum = Arrays.stream(servers.weights).asLongStream().sum();
    for (int i = 0; i < 20; i++) {
      double due = 1_000_000 * (servers.weights[i] / sum);
      assertThat((double) counts[i]).isBetween(due - 3, due + 3);
    }
  }

  private void changeOne(FakeServers servers, int[] configured) {
    int i = random.nextInt(servers.size());
    if (random.nextBoolean()) {
      servers.usable[i] = !servers.usable[i];
    } else {
      servers.weights[i] = 1 + random.nextInt(configured[i]);
    }
    servers.usable[0] = true;
    servers.touch();
  }

  private static void credit(FakeServers servers, double[] due) {
    double sum = 0;
    for (int i = 0; i < due.length; i++) {
      sum += servers.usable[i] ? servers.weights[i] : 0;
    }
    for (int i = 0; i < due.length; i++) {
      due[i] += servers.usable[i] ? servers.weights[i] / sum : 0;
    }
  }

  private static int[] pattern(int size, int... weights) {
    return IntStream.range(0, size).map(i -> weights[i % weights.length]).toArray();
  }

  private int[] counts(Balancer balancer, FakeServers servers, int picks) {
    int[] counts = new int[servers.size()];
    for (int i = 0; i < picks; i++) {
      counts[balancer.pick(servers, 0, random)]++;
    }
    return counts;
  }
}
