package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The algorithms that draw. */
class ChanceTest {
  private static final int PICKS = 60_000;
  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void random_shares_by_weight() {
    int[] counts = counts(new FakeServers(1, 2, 3), Algorithm.RANDOM);
    assertThat(counts[0]).isBetween(9_500, 10_500);
    assertThat(counts[1]).isBetween(19_300, 20_700);
    assertThat(counts[2]).isBetween(29_200, 30_800);
  }

  @Test
  void power_of_two_never_takes_the_server_with_the_most_load() {
    FakeServers servers = new FakeServers(1, 1, 1);
    servers.loads[0] = 3;
    servers.loads[1] = 2;
    servers.loads[2] = 1;
    int[] counts = counts(servers, Algorithm.POWER_OF_TWO);
    assertThat(counts[0]).isZero();
    assertThat(counts[1]).isBetween(19_300, 20_700);
  }

  @Test
  void power_of_two_weighs_the_load() {
    FakeServers servers = new FakeServers(1, 4);
    servers.loads[0] = 2;
    servers.loads[1] = 7;
    assertThat(counts(servers, Algorithm.POWER_OF_TWO)).containsExactly(0, PICKS);
  }

  @Test
  void power_of_two_shares_by_weight_while_servers_are_idle() {
    int[] counts = counts(new FakeServers(1, 2), Algorithm.POWER_OF_TWO);
    assertThat((double) counts[0] / PICKS).isBetween(0.32, 0.35);
  }

  @Test
  void power_of_two_keeps_open_requests_even() {
    FakeServers servers = FakeServers.equal(20);
    Balancer balancer = servers.balancer(Algorithm.POWER_OF_TWO);
    for (int i = 0; i < 20_000; i++) {
      servers.loads[balancer.pick(servers, 0, random)]++;
    }
    for (int load : servers.loads) {
      assertThat(load).isBetween(990, 1010);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RANDOM", "POWER_OF_TWO"})
  void the_only_usable_server_gets_all(Algorithm algorithm) {
    assertThat(counts(new FakeServers(3, 1, 2).down(0, 2), algorithm)).containsExactly(0, PICKS, 0);
  }

  @Test
  void random_shares_by_weight_among_those_with_room_however_few() {
    for (int room : new int[] {2, 30, 300}) {
      FakeServers servers = new FakeServers(random.ints(300, 1, 9).toArray());
      Arrays.fill(servers.full, room, 300, true);
      int[] counts = counts(servers, Algorithm.RANDOM);
      double sum = Arrays.stream(servers.weights, 0, room).sum();
      for (int i = 0; i < room; i++) {
        double due = PICKS * (servers.weights[i] / sum);
        assertThat(counts[i]).isCloseTo((int) due, within((int) (5 * Math.sqrt(due)) + 1));
      }
    }
  }

  @Test
  void weights_far_apart_are_drawn_rightly() {
    int[] counts = counts(new FakeServers(1 << 24, 1, 1 << 23, 256), Algorithm.RANDOM);
    assertThat(counts[0]).isBetween(39_400, 40_600);
    assertThat(counts[1] + counts[3]).isLessThan(10);
  }

  @Test
  void a_changed_weight_counts_from_the_next_epoch_on() {
    FakeServers servers = new FakeServers(1, 1);
    Balancer balancer = servers.balancer(Algorithm.RANDOM);
    balancer.pick(servers, 0, random);
    servers.weights[1] = 0;
    servers.touch();
    for (int i = 0; i < 1000; i++) {
      assertThat(balancer.pick(servers, 0, random)).isZero();
    }
  }

  private int[] counts(FakeServers servers, Algorithm algorithm) {
    Balancer balancer = servers.balancer(algorithm);
    int[] counts = new int[servers.size()];
    for (int i = 0; i < PICKS; i++) {
      counts[balancer.pick(servers, 0, random)]++;
    }
    return counts;
  }
}
