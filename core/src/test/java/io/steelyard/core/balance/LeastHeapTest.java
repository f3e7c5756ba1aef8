package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The least score kept in order, by one loop and by several that share the servers. */
class LeastHeapTest {
  private final SplittableRandom random = new SplittableRandom(31);

  @ParameterizedTest
  @EnumSource(Measure.class)
  void with_one_loop_its_choice_is_the_best_there_is(Measure measure) {
    int size = 60;
    FakeServers servers = varied(size);
    Balancer heap = new LeastHeap(measure, size, new Falls().join());
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (open.size() > 150 + i % 300) {
        int ended = open.remove(/* index */ random.nextInt(open.size()));
        servers.loads[ended]--;
        heap.changed(servers, ended);
      }
      int picked = heap.pick(servers, 0, random);
      // Idle servers take turns by what they report instead of the least loaded getting all.
      if (measure == Measure.BANDWIDTH || servers.loads[picked] > 0) {
        assertThat(score(servers, measure, picked)).isLessThanOrEqualTo(least(servers, measure));
      }
      servers.loads[picked]++;
      heap.changed(servers, picked);
      open.add(picked);
    }
  }

  @ParameterizedTest
  @CsvSource({"20, 0.8", "100, 0.8", "100, 3", "100, 2.6", "1000, 0.8", "1000, 3", "1000, 2.6"})
  void four_loops_balance_as_evenly_as_one(int size, double loadPerServer) {
    double one = spread(size, 1, (int) (size * loadPerServer));
    double four = spread(size, 4, (int) (size * loadPerServer));
    assertThat(four).as("one loop: %s", one).isLessThanOrEqualTo(one + 0.005);
  }

  @Test
  void loads_that_another_loop_has_brought_down_are_found_out() {
    FakeServers servers = FakeServers.equal(1000);
    Arrays.fill(servers.loads, 10);
    Balancer heap = new LeastHeap(Measure.CONNECTIONS, 1000, new Falls().join());
    heap.pick(servers, 0, random);
    servers.loads[617] = 3;
    int picks = 0;
    while (heap.pick(servers, 0, random) != 617) {
      picks++;
    }
    assertThat(picks).isLessThanOrEqualTo(500);
  }

  @Test
  void idle_servers_share_by_weight() {
    int size = 300;
    FakeServers servers = new FakeServers(random.ints(size, 1, 4).toArray());
    Balancer heap = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    int[] byWeight = new int[4];
    for (int i = 0; i < 60_000; i++) {
      byWeight[servers.weights[heap.pick(servers, 0, random)]]++;
    }
    double each = 60_000.0 / Arrays.stream(servers.weights).sum();
    for (int weight = 1; weight <= 3; weight++) {
      int w = weight;
      long servers1 = Arrays.stream(servers.weights).filter(x -> x == w).count();
      assertThat(byWeight[weight] / (each * w * servers1)).isBetween(0.95, 1.05);
    }
  }

  @Test
  void busy_servers_of_equal_score_take_turns() {
    FakeServers servers = FakeServers.equal(100);
    Arrays.fill(servers.loads, 2);
    Balancer heap = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    int[] counts = new int[100];
    for (int i = 0; i < 10_000; i++) {
      counts[heap.pick(servers, 0, random)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(98, 102);
    }
  }

  @Test
  void servers_that_are_full_with_little_load_do_not_hide_the_best_of_the_others() {
    FakeServers servers = FakeServers.equal(200);
    for (int i = 0; i < 200; i++) {
      servers.loads[i] = i < 120 ? 1 : 5 + i % 7;
      servers.full[i] = i < 120;
    }
    Balancer heap = servers.balancer(Algorithm.LEAST_CONNECTIONS);
    heap.pick(servers, 0, random);
    for (int i = 0; i < 1000; i++) {
      int picked = heap.pick(servers, 0, random);
      assertThat(servers.loads[picked]).isEqualTo(5);
    }
    servers.full[60] = false;
    heap.changed(servers, 60);
    assertThat(heap.pick(servers, 0, random)).isEqualTo(60);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 300})
  void the_heap_keeps_the_least_key_on_top(int size) {
    KeyHeap heap = new KeyHeap(size);
    double[] keys = random.doubles(size).toArray();
    double[] ranks = random.doubles(size).toArray();
    for (int id = 0; id < size; id++) {
      heap.add(id, keys[id], ranks[id]);
    }
    for (int i = 0; i < 10_000; i++) {
      int id = random.nextInt(size);
      keys[id] = random.nextInt(5);
      heap.update(id, keys[id]);
      int top = heap.top();
      assertThat(heap.topKey()).isEqualTo(keys[top]);
      for (int other = 0; other < size; other++) {
        boolean before =
            keys[other] < keys[top] || (keys[other] == keys[top] && ranks[other] < ranks[top]);
        assertThat(before).isFalse();
      }
    }
  }

  /** The variance of the loads over time; at each step one request ends and another begins. */
  private double spread(int size, int loops, int open) {
    SplittableRandom chance = new SplittableRandom(size + open);
    FakeServers servers = FakeServers.equal(size);
    Supplier<Balancer> perLoop = Balancers.perLoop(servers.spec(Algorithm.LEAST_CONNECTIONS, 0));
    List<Balancer> balancers = Stream.generate(perLoop).limit(loops).toList();
    int[] servedBy = new int[open];
    int[] loopOf = new int[open];
    Arrays.fill(servedBy, Balancer.NONE);
    double variances = 0;
    int samples = 0;
    for (int i = 0; i < 100_000; i++) {
      int request = chance.nextInt(open);
      if (servedBy[request] != Balancer.NONE) {
        servers.loads[servedBy[request]]--;
        balancers.get(loopOf[request]).changed(servers, servedBy[request]);
      }
      loopOf[request] = chance.nextInt(4) % loops;
      Balancer balancer = balancers.get(loopOf[request]);
      servedBy[request] = balancer.pick(servers, 0, random);
      servers.loads[servedBy[request]]++;
      balancer.changed(servers, servedBy[request]);
      if (i > 30_000 && i % 50 == 0) {
        variances += variance(servers.loads);
        samples++;
      }
    }
    return variances / samples;
  }

  private static double variance(int[] loads) {
    double mean = Arrays.stream(loads).average().orElseThrow();
    return Arrays.stream(loads).mapToDouble(l -> (l - mean) * (l - mean)).average().orElseThrow();
  }

  private static double least(FakeServers servers, Measure measure) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < servers.size(); i++) {
      least = Math.min(least, score(servers, measure, i));
    }
    return least;
  }

  private static double score(FakeServers servers, Measure measure, int i) {
    double mean = measure.read(servers, 0) < 0 ? Measure.NO_MEAN : mean(servers, measure);
    return measure.score(measure.read(servers, i), mean, servers.loads[i], servers.weights[i]);
  }

  private static double mean(FakeServers servers, Measure measure) {
    double sum = 0;
    for (int i = 0; i < servers.size(); i++) {
      sum += measure.read(servers, i);
    }
    return sum / servers.size();
  }

  private FakeServers varied(int size) {
    FakeServers servers = FakeServers.equal(size);
    Arrays.setAll(servers.latenciesNs, i -> 1e6 * (1 + i % 8));
    Arrays.setAll(servers.rates, i -> 1e6 * (1 + i % 8));
    Arrays.setAll(servers.reports, i -> 0.125 * (1 + i % 8));
    return servers;
  }
}
