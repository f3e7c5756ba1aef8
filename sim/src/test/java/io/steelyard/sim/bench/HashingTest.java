package io.steelyard.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.PoolBalancers;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.Fault;
import io.steelyard.sim.plan.KeyPlan;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.plan.ServerPlan;
import io.steelyard.sim.world.Node;
import io.steelyard.sim.world.Simulation;
import io.steelyard.sim.world.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the algorithms that hash promise, seen from outside: through a pool's view. */
final class HashingTest {
  private static final int SERVERS = 1_000;
  private static final int KEYS = Scale.of(4_000_000, 40_000_000);

  /** Two per cent more by the table, and three and a half deviations of so many keys. */
  private static final double MOST = 1.02 + 3.5 / Math.sqrt((double) KEYS / SERVERS);

  @Test
  void of_a_thousand_servers_the_most_loaded_has_hardly_more_than_the_mean() {
    int[] owners = owners(pool(SERVERS), KEYS);
    int[] counts = new int[SERVERS];
    for (int owner : owners) {
      counts[owner]++;
    }
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan((int) (MOST * KEYS / SERVERS));
  }

  @ParameterizedTest
  @CsvSource({"5", "100", "1000"})
  void a_server_that_goes_moves_its_own_keys_and_hardly_any_other(int servers) {
    int keys = Scale.of(200_000, 2_000_000);
    Pool pool = pool(servers);
    int[] before = owners(pool, keys);
    int gone = servers / 2;
    var state = pool.servers().get(gone).state();
    state.standing(state.standing().wish(Wish.MAINTENANCE));
    int[] without = owners(pool, keys);
    int moved = 0;
    for (int i = 0; i < keys; i++) {
      assertThat(without[i]).isNotEqualTo(gone);
      moved += before[i] != without[i] ? 1 : 0;
    }
    assertThat((double) moved / keys).isLessThanOrEqualTo(1.0 / servers + 0.02);
    state.standing(state.standing().wish(Wish.SERVE));
    assertThat(owners(pool, keys)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"10, 1.0, 1", "10, 1.3, 1", "100, 1.0, 1", "10, 1.1, 4"})
  void under_zipf_keys_no_server_is_above_the_bound_ever(int servers, double exponent, int loops) {
    PoolPlan plan = plan(servers);
    Scenario scenario =
        Scenario.of(
                plan.with(bounded()),
                new Arrivals.Rate(servers * 700.0),
                Scale.of(4, 60) * 1_000_000_000L)
            .with(new KeyPlan(10_000, exponent))
            .onLoops(loops);
    Bound bound = new Bound();
    Simulation.run(scenario, Node.Maker.real(), bound);
    assertThat(bound.above).isEmpty();
    assertThat(bound.picks).isGreaterThan(1000);
    assertThat(bound.atBound).as("the bound was reached").isPositive();
  }

  private static Balancing bounded() {
    return new Balancing(Algorithm.HASH, HashKey.ADDRESS, 1.25, "", Duration.ZERO, 0);
  }

  private static PoolPlan plan(int servers) {
    List<ServerPlan> plans = new ArrayList<>();
    for (int i = 0; i < servers; i++) {
      plans.add(
          ServerPlan.of("10.0." + i / 256 + "." + i % 256, new Distribution.Exponential(10e6), 10));
    }
    return PoolPlan.of(Algorithm.HASH, plans);
  }

  private static Pool pool(int servers) {
    AtomicReference<Pool> pool = new AtomicReference<>();
    Scenario idle = Scenario.of(plan(servers), new Arrivals.Rate(1), 1);
    Simulation.run(
        idle.with(List.<Fault>of()),
        Node.Maker.real(),
        new Witness() {
          @Override
          public void follows(Pool next, long nowNs) {
            pool.set(next);
          }
        });
    return pool.get();
  }

  private static int[] owners(Pool pool, int keys) {
    PoolView view = new PoolView(pool, PoolBalancers.perLoop(pool).get());
    SplittableRandom random = new SplittableRandom(1);
    Tried nobody = new Tried();
    int[] owners = new int[keys];
    for (int i = 0; i < keys; i++) {
      owners[i] = view.pick(random.nextLong(), nobody, random, 0);
      assertThat(owners[i]).isNotEqualTo(Balancer.NONE);
    }
    return owners;
  }

  /** Compares each request's server with the mean at the moment that it is counted there. */
  private static final class Bound implements Witness {
    private final List<String> above = new ArrayList<>();
    private Pool pool;
    private long picks;
    private long atBound;

    @Override
    public void follows(Pool next, long nowNs) {
      pool = next;
    }

    @Override
    public void begun(int server, long nowNs) {
      picks++;
      int load = pool.servers().get(server).state().inFlight();
      double mean = (double) pool.state().inFlight() / pool.servers().size();
      int most = (int) Math.ceil(1.25 * mean);
      atBound += load == most ? 1 : 0;
      if (load > most && above.size() < 10) {
        above.add("%d of %d at %.6fs".formatted(load, most, nowNs / 1e9));
      }
    }
  }
}
