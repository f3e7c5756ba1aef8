package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void weights_one_two_three_share_exactly_in_every_cycle() {
    FakeServers servers = new FakeServers(1, 2, 3);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    for (int cycle = 0; cycle < 100; cycle++) {
      assertThat(counts(balancer, servers, 6)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void the_others_keep_their_exact_shares_while_one_is_down() {
    FakeServers servers = new FakeServers(1, 2, 3);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    counts(balancer, servers, 4);
    servers.down(0);
    assertThat(counts(balancer, servers, 5000)).satisfies(c -> near(c, 0, 2000, 3000));
    servers.up(0).down(2);
    assertThat(counts(balancer, servers, 3000)).satisfies(c -> near(c, 1000, 2000, 0));
  }

  @Test
  void a_server_that_was_down_for_long_gets_no_burst_when_it_returns() {
    FakeServers servers = new FakeServers(1, 2, 3);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    servers.down(1);
    counts(balancer, servers, 100_000);
    servers.up(1);
    assertThat(counts(balancer, servers, 12)).satisfies(c -> near(c, 2, 4, 6));
  }

  @Test
  void shares_do_not_drift_when_servers_go_and_come_at_random() {
    FakeServers servers = new FakeServers(5, 1, 3, 2);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    double[] due = new double[4];
    int[] got = new int[4];
    for (int i = 0; i < 200_000; i++) {
      if (random.nextInt(10) == 0) {
        int flipped = random.nextInt(4);
        servers.usable[flipped] = !servers.usable[flipped];
      }
      int picked = balancer.pick(servers, 0, random);
      if (picked != Balancer.NONE) {
        got[picked]++;
        credit(servers, due);
      }
    }
    for (int i = 0; i < 4; i++) {
      // The stagger at the start and the cycle that is under way, however long it ran.
      assertThat(Math.abs(got[i] - due[i])).as("server %d", i).isLessThan(3);
    }
  }

  @Test
  void a_heavy_server_is_not_picked_in_bursts() {
    FakeServers servers = new FakeServers(5, 1, 1);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    int[] last = {-10, -10, -10};
    for (int i = 1; i <= 700; i++) {
      int picked = balancer.pick(servers, 0, random);
      if (picked != 0) {
        assertThat(i - Math.max(last[1], last[2])).as("pick %d", i).isGreaterThan(1);
      }
      last[picked] = i;
    }
  }

  @Test
  void equal_weights_take_turns_and_the_neighbour_of_a_down_server_gets_no_double_share() {
    FakeServers servers = FakeServers.equal(4);
    Balancer balancer = servers.balancer(Algorithm.ROUND_ROBIN);
    assertThat(counts(balancer, servers, 400)).containsExactly(100, 100, 100, 100);
    servers.down(1);
    assertThat(counts(balancer, servers, 300)).containsExactly(100, 0, 100, 100);
  }

  @Test
  void loops_start_at_different_servers() {
    int[] firsts = new int[3];
    for (int loop = 0; loop < 300; loop++) {
      FakeServers equal = FakeServers.equal(3);
      firsts[equal.balancer(Algorithm.ROUND_ROBIN).pick(equal, 0, random)]++;
    }
    assertThat(firsts).satisfies(c -> assertThat(c).doesNotContain(0));
    int[] weighted = new int[3];
    for (int loop = 0; loop < 600; loop++) {
      FakeServers servers = new FakeServers(1, 2, 3);
      weighted[servers.balancer(Algorithm.ROUND_ROBIN).pick(servers, 0, random)]++;
    }
    assertThat(weighted[0]).isBetween(50, 150);
    assertThat(weighted[2]).isBetween(240, 360);
  }

  private int[] counts(Balancer balancer, FakeServers servers, int picks) {
    int[] counts = new int[servers.size()];
    for (int i = 0; i < picks; i++) {
      counts[balancer.pick(servers, 0, random)]++;
    }
    return counts;
  }

  private static void near(int[] counts, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(counts[i])
          .isBetween(
              expected[i] == 0 ? 0 : expected[i] - 2, expected[i] == 0 ? 0 : expected[i] + 2);
    }
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
}
