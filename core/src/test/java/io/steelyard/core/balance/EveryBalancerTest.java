package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.core.Allocation;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for each algorithm, whatever it is. */
class EveryBalancerTest {
  private final SplittableRandom random = new SplittableRandom(42);

  @ParameterizedTest
  @EnumSource
  void a_server_that_is_not_usable_or_has_no_weight_is_never_picked(Algorithm algorithm) {
    for (int round = 0; round < 300; round++) {
      FakeServers servers = randomServers();
      Balancer balancer = servers.balancer(algorithm);
      for (int i = 0; i < 50; i++) {
        flipOne(servers);
        int picked = balancer.pick(servers, random.nextLong(), random);
        assertThat(picked == Balancer.NONE ? noneUsable(servers) : takes(servers, picked))
            .as("round %d, pick %d: %d", round, i, picked)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_picked_from_an_empty_pool(Algorithm algorithm) {
    FakeServers none = new FakeServers();
    assertThat(none.balancer(algorithm).pick(none, 1, random)).isEqualTo(Balancer.NONE);
  }

  @ParameterizedTest
  @EnumSource
  void a_backup_is_picked_only_while_no_other_is_usable(Algorithm algorithm) {
    FakeServers servers = new FakeServers(1, 2, 5, 5);
    Balancer balancer = Balancers.of(servers.spec(algorithm, false, false, true, true));
    for (int i = 0; i < 200; i++) {
      servers.loads[0] = i;
      assertThat(balancer.pick(servers, i, random)).isIn(0, 1);
    }
    servers.down(0, 1);
    for (int i = 0; i < 200; i++) {
      assertThat(balancer.pick(servers, i, random)).isIn(2, 3);
    }
    servers.up(1);
    for (int i = 0; i < 200; i++) {
      assertThat(balancer.pick(servers, i, random)).isEqualTo(1);
    }
    servers.down(1, 2, 3);
    assertThat(balancer.pick(servers, 7, random)).isEqualTo(Balancer.NONE);
  }

  @ParameterizedTest
  @EnumSource
  void a_pick_allocates_nothing(Algorithm algorithm) {
    FakeServers servers = new FakeServers(1, 2, 3, 0, 1).down(1);
    Balancer balancer = Balancers.of(servers.spec(algorithm, true, false, false, false, true));
    byte[] client = {10, 1, 2, 3};
    long bytes =
        Allocation.bytes(10_000, () -> balancer.pick(servers, Keys.ofAddress(client), random));
    assertThat(bytes).isLessThan(10_000);
  }

  @Test
  void names_and_weights_of_different_sizes_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Balancers.of(Algorithm.FIRST, List.of("a"), new int[] {1, 2}));
  }

  private FakeServers randomServers() {
    int[] weights = random.ints(1 + random.nextInt(6), 0, 4).toArray();
    FakeServers servers = new FakeServers(weights);
    for (int i = 0; i < weights.length; i++) {
      servers.loads[i] = random.nextInt(5);
    }
    return servers;
  }

  private void flipOne(FakeServers servers) {
    int i = random.nextInt(servers.size());
    servers.usable[i] = !servers.usable[i];
    servers.touch();
  }

  private static boolean takes(FakeServers servers, int i) {
    return servers.usable(i) && servers.weight(i) > 0;
  }

  private static boolean noneUsable(FakeServers servers) {
    for (int i = 0; i < servers.size(); i++) {
      if (takes(servers, i)) {
        return false;
      }
    }
    return true;
  }
}
