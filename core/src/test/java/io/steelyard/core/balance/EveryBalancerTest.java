package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.core.Allocation;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
    Balancer balancer = servers.backup(2, 3).balancer(algorithm);
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

  /** Of each size that is balanced in a way of its own. */
  @ParameterizedTest
  @EnumSource
  void a_pick_allocates_nothing(Algorithm algorithm) {
    for (int size : new int[] {1, 10, 20, 1000}) {
      for (boolean divided : new boolean[] {false, true}) {
        FakeServers servers = varied(size);
        if (divided) {
          servers.local(IntStream.range(0, size / 2).toArray());
          servers.backup(IntStream.range(0, size).filter(i -> i % 3 == 0).toArray());
        }
        Balancer balancer = Balancers.of(servers.spec(algorithm, 1.25));
        byte[] client = {10, 1, 2, 3};
        long bytes = Allocation.bytes(5_000, () -> pickAndMove(servers, balancer, client));
        assertThat(bytes).as("%d servers", size).isLessThan(5_000);
      }
    }
  }

  private void pickAndMove(FakeServers servers, Balancer balancer, byte[] client) {
    client[3]++;
    int picked = balancer.pick(servers, Keys.ofAddress(client), random);
    if (picked != Balancer.NONE) {
      servers.loads[picked]++;
      balancer.changed(servers, picked);
    }
    if (random.nextInt(10) == 0) {
      flipOne(servers);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_last_usable_server_of_many_is_found(Algorithm algorithm) {
    for (int size : new int[] {2, 16, 17, 32, 33, 500}) {
      FakeServers servers = varied(size);
      Arrays.fill(servers.weights, 1);
      Arrays.fill(servers.full, true);
      Balancer balancer = servers.balancer(algorithm);
      for (int i = 0; i < 50; i++) {
        int free = random.nextInt(size);
        servers.full[free] = false;
        assertThat(balancer.pick(servers, random.nextLong(), random)).isEqualTo(free);
        servers.full[free] = true;
        assertThat(balancer.pick(servers, random.nextLong(), random)).isEqualTo(Balancer.NONE);
      }
    }
  }

  /** Requests that end as fast as they come; {@code first} has no shares. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FIRST")
  void requests_that_are_open_follow_the_weights(Algorithm algorithm) {
    for (int copies : new int[] {1, 5, 10, 40}) {
      FakeServers servers = new FakeServers(weights(copies, 1, 2, 5));
      Arrays.fill(servers.rates, 1);
      Balancer balancer = servers.balancer(algorithm);
      int picks = 8 * copies * 250;
      for (int i = 0; i < picks; i++) {
        int picked = balancer.pick(servers, random.nextLong(), random);
        servers.loads[picked]++;
        servers.rates[picked]++;
        balancer.changed(servers, picked);
      }
      int[] byWeight = new int[3];
      for (int i = 0; i < servers.size(); i++) {
        byWeight[i % 3] += servers.loads[i];
      }
      double each = picks / 8.0;
      assertThat(byWeight[0] / each).as("%d copies", copies).isBetween(0.85, 1.15);
      assertThat(byWeight[1] / each).as("%d copies", copies).isBetween(1.8, 2.2);
      assertThat(byWeight[2] / each).as("%d copies", copies).isBetween(4.8, 5.2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_tried_server_is_left_out_and_the_next_request_may_go_there_again(Algorithm algorithm) {
    for (int size : new int[] {2, 10, 20, 50, 200}) {
      FakeServers servers = FakeServers.equal(size);
      Balancer balancer = servers.balancer(algorithm);
      int[] counts = new int[size];
      for (int i = 0; i < 100 * size; i++) {
        long key = random.nextLong();
        int tried = balancer.pick(servers, key, random);
        servers.full[tried] = true;
        int next = balancer.pick(servers, key, random);
        servers.full[tried] = false;
        assertThat(next).isNotEqualTo(tried);
        counts[tried]++;
        counts[next]++;
      }
      if (algorithm != Algorithm.FIRST) {
        assertThat(counts).satisfies(c -> assertThat(c).doesNotContain(0));
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(300);
      }
    }
  }

  @Test
  void names_and_weights_of_different_sizes_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Balancers.of(Algorithm.FIRST, List.of("a"), new int[] {1, 2}));
  }

  private static int[] weights(int copies, int... pattern) {
    return IntStream.range(0, copies * pattern.length)
        .map(i -> pattern[i % pattern.length])
        .toArray();
  }

  private FakeServers varied(int size) {
    FakeServers servers = new FakeServers(random.ints(size, 0, 9).toArray());
    for (int i = 0; i < size; i++) {
      servers.loads[i] = random.nextInt(5);
      servers.latenciesNs[i] = random.nextInt(3) * 1e6;
      servers.rates[i] = random.nextInt(3) * 1e6;
      servers.reports[i] = random.nextInt(3) - 1;
    }
    return servers;
  }

  /** Few more often than many. */
  private FakeServers randomServers() {
    FakeServers servers = varied(1 + (1 << random.nextInt(8)) - random.nextInt(2));
    for (int i = 0; i < servers.size(); i++) {
      servers.usable[i] = random.nextInt(4) > 0;
      servers.backup[i] = random.nextInt(4) == 0;
      servers.local[i] = random.nextInt(3) == 0;
    }
    return servers;
  }

  private void flipOne(FakeServers servers) {
    int i = random.nextInt(servers.size());
    if (random.nextBoolean()) {
      servers.full[i] = !servers.full[i];
    } else {
      servers.usable[i] = !servers.usable[i];
      servers.touch();
    }
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
