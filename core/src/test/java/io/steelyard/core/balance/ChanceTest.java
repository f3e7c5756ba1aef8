package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

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

  private int[] counts(FakeServers servers, Algorithm algorithm) {
    Balancer balancer = servers.balancer(algorithm);
    int[] counts = new int[servers.size()];
    for (int i = 0; i < PICKS; i++) {
      counts[balancer.pick(servers, 0, random)]++;
    }
    return counts;
  }
}
