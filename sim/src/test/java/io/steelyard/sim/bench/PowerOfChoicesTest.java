package io.steelyard.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.plan.ServerPlan;
import io.steelyard.sim.world.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The time in the system against Mitzenmacher, "The Power of Two Choices in Randomized Load
 * Balancing", IEEE TPDS 12(10), 2001: the mean for infinitely many servers is the sum of load^((d^i
 * - d)/(d - 1)) over i from 1. Time is counted in mean services.
 */
final class PowerOfChoicesTest {
  private static final int SERVERS = 500;
  private static final long SERVICE_NS = 1_000_000;
  private static final double TOLERANCE_PERCENT = 6;

  @ParameterizedTest
  @CsvSource({
    "0.5, 1.2657, 200, 100",
    "0.7, 1.6145, 300, 100",
    "0.8, 1.9474, 400, 200",
    "0.9, 2.6141, 600, 300",
    "0.95, 3.3830, 800, 400"
  })
  void two_choices_wait_as_long_as_theory_says(
      double load, double expected, long services, long warmUp) {
    assertThat(meanTime(Algorithm.POWER_OF_TWO, load, services, warmUp))
        .isCloseTo(expected, withinPercentage(TOLERANCE_PERCENT));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 200, 100",
    "0.7, 400, 200",
    "0.8, 1000, 400",
    "0.9, 3000, 1000",
    "0.95, 7000, 2000"
  })
  void one_choice_waits_as_long_as_theory_says(double load, long services, long warmUp) {
    assertThat(meanTime(Algorithm.RANDOM, load, services, warmUp))
        .isCloseTo(1 / (1 - load), withinPercentage(TOLERANCE_PERCENT));
  }

  private static double meanTime(Algorithm algorithm, double load, long services, long warmUp) {
    List<ServerPlan> servers = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      servers.add(ServerPlan.of("s" + i, new Distribution.Exponential(SERVICE_NS), 1));
    }
    PoolPlan pool = PoolPlan.of(algorithm, servers).with(Optional.<PoolPlan.Checks>empty());
    var arrivals = new Arrivals.Rate(load * SERVERS * 1e9 / SERVICE_NS);
    var statistics =
        Simulation.run(
            Scenario.of(pool, arrivals, (services + warmUp) * SERVICE_NS)
                .warmedUpFor(warmUp * SERVICE_NS));
    return statistics.latency().mean() / SERVICE_NS;
  }
}
