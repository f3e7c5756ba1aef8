package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow start, bounded loads and the sizes that the hashing algorithms are judged by. */
class HashingLawsTest {
  private static final int KEYS = 40_000;
  private final SplittableRandom random = new SplittableRandom(41);

  @Test
  void of_a_thousand_servers_the_most_loaded_holds_two_percent_more_than_the_mean_at_most() {
    FakeServers servers = FakeServers.equal(1000);
    MaglevTable table = new MaglevTable(servers.names(), servers.weights);
    double mean = 65_537 / 1000.0;
    for (int i = 0; i < 1000; i++) {
      assertThat(table.share(i) / mean).isBetween(0.98, 1.02);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 100, 1000})
  void a_weighted_server_that_goes_moves_its_own_keys_and_when_back_has_the_same(int size) {
    FakeServers servers = new FakeServers(random.ints(size, 1, 10).toArray());
    Balancer balancer = servers.balancer(Algorithm.HASH);
    int[] before = owners(balancer, servers);
    double sum = Arrays.stream(servers.weights).sum();
    for (int gone = 0; gone < 3; gone++) {
      int[] after = owners(balancer, servers.down(gone));
      assertThat(moved(before, after)).isLessThan(servers.weights[gone] / sum + 0.02);
      for (int key = 0; key < KEYS; key++) {
        assertThat(before[key] == gone || before[key] == after[key]).isTrue();
      }
      assertThat(owners(balancer, servers.up(gone))).isEqualTo(before);
    }
  }

  @Test
  void one_of_a_thousand_that_leaves_the_configuration_moves_two_percent_at_most() {
    FakeServers all = FakeServers.equal(1000);
    int[] before = owners(all.balancer(Algorithm.HASH), all);
    FakeServers fewer = FakeServers.equal(999);
    int[] after = owners(fewer.balancer(Algorithm.HASH), fewer);
    assertThat(moved(before, after)).isLessThan(0.001 + 0.02);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.0625", "4, 0.25", "8, 0.5", "12, 0.75"})
  void a_ramping_server_takes_that_part_of_its_keys_and_always_the_same(int ramp, double part) {
    FakeServers servers = new FakeServers(16, 16, 16, 16);
    Balancer balancer = servers.balancer(Algorithm.HASH);
    int[] full = owners(balancer, servers);
    servers.weights[2] = ramp;
    servers.touch();
    int[] ramping = owners(balancer, servers);
    double taken = count(ramping, 2) / (double) count(full, 2);
    assertThat(taken).isBetween(part - 0.03, part + 0.03);
    assertThat(owners(balancer, servers)).isEqualTo(ramping);
    for (int key = 0; key < KEYS; key++) {
      assertThat(ramping[key] == full[key] || full[key] == 2).isTrue();
    }
  }

  @Test
  void while_it_ramps_up_a_server_only_gains_keys_until_it_has_its_own() {
    FakeServers servers = new FakeServers(8, 8, 8);
    Balancer balancer = servers.balancer(Algorithm.HASH);
    int[] full = owners(balancer, servers);
    boolean[] had = new boolean[KEYS];
    for (int ramp = 1; ramp <= 8; ramp++) {
      servers.weights[0] = ramp;
      servers.touch();
      int[] now = owners(balancer, servers);
      for (int key = 0; key < KEYS; key++) {
        assertThat(had[key] && now[key] != 0).isFalse();
        had[key] = now[key] == 0;
      }
    }
    assertThat(owners(balancer, servers)).isEqualTo(full);
  }

  @Test
  void where_all_ramp_up_together_keys_stay_where_they_are() {
    FakeServers servers = new FakeServers(8, 16, 24);
    Balancer balancer = servers.balancer(Algorithm.HASH);
    int[] full = owners(balancer, servers);
    for (int i = 0; i < 3; i++) {
      servers.weights[i] /= 8;
    }
    servers.touch();
    assertThat(owners(balancer, servers)).isEqualTo(full);
  }

  @Test
  void a_ramping_server_gets_what_nobody_else_can_take() {
    FakeServers servers = new FakeServers(16, 16);
    Balancer balancer = servers.balancer(Algorithm.HASH);
    servers.weights[1] = 1;
    servers.touch();
    servers.full(0);
    assertThat(owners(balancer, servers)).containsOnly(1);
  }

  @Test
  void first_lets_requests_pass_by_a_server_that_starts_slowly() {
    FakeServers servers = new FakeServers(16, 16, 16);
    Balancer balancer = servers.balancer(Algorithm.FIRST);
    assertThat(owners(balancer, servers)).containsOnly(0);
    servers.weights[0] = 4;
    servers.touch();
    int[] owners = owners(balancer, servers);
    assertThat(count(owners, 0) / (double) KEYS).isBetween(0.24, 0.26);
    assertThat(count(owners, 1)).isEqualTo(KEYS - count(owners, 0));
  }

  /** Keys of Zipf's law, requests that end in any order; some servers out of it at first. */
  @ParameterizedTest
  @CsvSource({"10, 1.25, 0", "10, 1.1, 3", "100, 1.25, 0", "100, 1.25, 20", "1000, 1.25, 0"})
  void no_pick_brings_a_server_above_its_bound(int size, double bound, int down) {
    FakeServers servers = new FakeServers(random.ints(size, 1, 4).toArray());
    servers.down(IntStream.range(0, down).toArray());
    Balancer balancer = Balancers.of(servers.spec(Algorithm.HASH, bound));
    long sum = IntStream.range(down, size).mapToLong(i -> servers.weights[i]).sum();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < 30_000; i++) {
      int picked = balancer.pick(servers, zipf(), random);
      servers.loads[picked]++;
      balancer.changed(servers, picked);
      open.add(picked);
      double mean = (double) open.size() * servers.weights[picked] / sum;
      assertThat(servers.loads[picked]).isLessThanOrEqualTo((int) Math.ceil(bound * mean));
      while (open.size() > 3 * size + i % 500) {
        int ended = random.nextBoolean() ? open.removeFirst() : open.removeLast();
        servers.loads[ended]--;
        balancer.changed(servers, ended);
      }
    }
  }

  @Test
  void a_key_stays_with_its_server_while_that_is_within_its_bound() {
    FakeServers servers = FakeServers.equal(10);
    Balancer plain = servers.balancer(Algorithm.HASH);
    Balancer bounded = Balancers.of(servers.spec(Algorithm.HASH, 1.25));
    Arrays.fill(servers.loads, 100);
    assertThat(owners(bounded, servers)).isEqualTo(owners(plain, servers));
  }

  @Test
  void rather_above_its_bound_than_nowhere() {
    FakeServers servers = FakeServers.equal(4).full(0, 1, 2);
    servers.loads[3] = 50;
    Balancer bounded = Balancers.of(servers.spec(Algorithm.HASH, 1.25));
    assertThat(bounded.pick(servers, 5, random)).isEqualTo(3);
  }

  private long zipf() {
    // Inverse of the distribution's continuous form, exponent 1, over a million keys.
    return (long) Math.exp(random.nextDouble() * Math.log(1e6));
  }

  private int[] owners(Balancer balancer, FakeServers servers) {
    return IntStream.range(0, KEYS).map(key -> balancer.pick(servers, key, random)).toArray();
  }

  private static double moved(int[] before, int[] after) {
    return IntStream.range(0, KEYS).filter(k -> before[k] != after[k]).count() / (double) KEYS;
  }

  private static long count(int[] owners, int owner) {
    return Arrays.stream(owners).filter(o -> o == owner).count();
  }
}
