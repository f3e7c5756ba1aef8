package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that start slowly, under the algorithms that go by what they see of servers. */
class SlowStartsTest {
  private static final int REQUESTS = 5_000;

  private final SplittableRandom random = new SplittableRandom(41);

  @ParameterizedTest
  @CsvSource({
    "LEAST_CONNECTIONS, 4", "LEAST_CONNECTIONS, 40",
    "LEAST_RESPONSE_TIME, 4", "LEAST_RESPONSE_TIME, 40",
    "LEAST_BANDWIDTH, 4", "LEAST_BANDWIDTH, 40",
    "CUSTOM_LOAD, 4", "CUSTOM_LOAD, 40",
  })
  void the_best_server_by_far_gets_no_more_than_its_share_so_far(Algorithm algorithm, int size) {
    FakeServers servers = full(size);
    Balancer balancer = servers.balancer(algorithm);
    for (int quarter = 1; quarter <= 3; quarter++) {
      servers.weights[0] = 64 * quarter;
      servers.touch();
      makeTheFirstLookBest(servers);
      double share = 64.0 * quarter / (64 * quarter + 256 * (size - 1));
      int count = loadOf(servers, balancer)[0];
      assertThat(count).as("at %s quarters", quarter).isLessThanOrEqualTo(bound(share));
      assertThat(count).as("at %s quarters", quarter).isGreaterThan((int) (REQUESTS * share * 0.9));
    }
  }

  private static int bound(double share) {
    return (int) Math.ceil(REQUESTS * share) + 2;
  }

  @Test
  void its_share_is_spread_over_time() {
    FakeServers servers = full(4);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    servers.weights[0] = 64;
    servers.touch();
    makeTheFirstLookBest(servers);
    int since = 0;
    int shortest = Integer.MAX_VALUE;
    balancer.pick(servers, 0, random);
    for (int i = 0; i < 1_000; i++) {
      since++;
      if (balancer.pick(servers, 0, random) == 0) {
        shortest = i < 30 ? shortest : Math.min(shortest, since);
        since = 0;
      }
    }
    assertThat(shortest).isGreaterThanOrEqualTo(11);
  }

  @Test
  void what_a_server_earned_before_it_left_is_forgotten() {
    FakeServers servers = full(8);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    servers.weights[0] = 26;
    servers.weights[1] = 26;
    servers.touch();
    makeTheFirstLookBest(servers);
    balancer.pick(servers, 0, random);
    servers.down(0);
    for (int i = 0; i < 1_000; i++) {
      balancer.pick(servers, 0, random);
    }
    servers.up(0);
    int first = 0;
    for (int i = 0; i < 20; i++) {
      first += balancer.pick(servers, 0, random) == 0 ? 1 : 0;
    }
    assertThat(first).isLessThanOrEqualTo(1);
  }

  @Test
  void when_all_start_at_the_same_time_nobody_waits() {
    FakeServers servers = full(3);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    Arrays.fill(servers.weights, 26);
    servers.touch();
    makeTheFirstLookBest(servers);
    assertThat(loadOf(servers, balancer)[0]).isGreaterThan(REQUESTS * 9 / 10);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"LEAST_CONNECTIONS", "LEAST_RESPONSE_TIME", "LEAST_BANDWIDTH", "CUSTOM_LOAD"})
  void one_that_starts_slowly_takes_all_when_the_others_have_no_room(Algorithm algorithm) {
    for (int size : new int[] {3, 40}) {
      FakeServers servers = full(size);
      Balancer balancer = servers.balancer(algorithm);
      servers.weights[0] = 26;
      servers.touch();
      Arrays.fill(servers.full, 1, size, true);
      for (int i = 0; i < 100; i++) {
        assertThat(balancer.pick(servers, 0, random)).isZero();
      }
    }
  }

  @Test
  void once_it_has_its_whole_weight_it_is_judged_like_the_others() {
    FakeServers servers = full(4);
    Balancer balancer = servers.balancer(Algorithm.LEAST_RESPONSE_TIME);
    servers.weights[0] = 26;
    servers.touch();
    makeTheFirstLookBest(servers);
    loadOf(servers, balancer);
    servers.weights[0] = 256;
    servers.touch();
    assertThat(balancer.pick(servers, 0, random)).isZero();
    assertThat(balancer.pick(servers, 0, random)).isZero();
  }

  private static FakeServers full(int size) {
    int[] weights = new int[size];
    Arrays.fill(weights, 256);
    return new FakeServers(weights);
  }

  private static void makeTheFirstLookBest(FakeServers servers) {
    Arrays.fill(servers.latenciesNs, 50e6);
    Arrays.fill(servers.rates, 50e6);
    Arrays.fill(servers.reports, 0.9);
    servers.latenciesNs[0] = 1e6;
    servers.rates[0] = 1e3;
    servers.reports[0] = 0;
  }

  /** How many requests go to each: the first answers at once, the others have three in flight. */
  private int[] loadOf(FakeServers servers, Balancer balancer) {
    int[] counts = new int[servers.size()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < REQUESTS; i++) {
      int picked = balancer.pick(servers, 0, random);
      counts[picked]++;
      servers.loads[picked]++;
      balancer.changed(servers, picked);
      if (picked == 0) {
        open.addFirst(picked);
        end(servers, balancer, open);
      } else {
        open.addLast(picked);
      }
      if (open.size() > 3 * servers.size()) {
        end(servers, balancer, open);
      }
    }
    while (!open.isEmpty()) {
      end(servers, balancer, open);
    }
    return counts;
  }

  private static void end(FakeServers servers, Balancer balancer, Deque<Integer> open) {
    int ended = open.removeFirst();
    servers.loads[ended]--;
    balancer.changed(servers, ended);
  }
}
