package io.steelyard.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.world.Node;
import io.steelyard.sim.world.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every failure names its seed; to see it alone: {@code -Dsteelyard.seed=N}. */
final class RandomFaultsTest {
  private static final int SEEDS = Scale.of(400, 10_000);
  private static final int SHOWN_MAX = 20;

  @Test
  void whatever_befalls_the_servers_the_laws_hold() {
    List<String> broken =
        seeds()
            .parallel()
            .mapToObj(seed -> broken(seed, Node.Maker.real()))
            .flatMap(Optional::stream)
            .limit(SHOWN_MAX)
            .toList();
    assertThat(broken).isEmpty();
  }

  @Test
  void the_same_seed_gives_the_same_simulation() {
    for (int seed = 0; seed < SEEDS / 20; seed++) {
      Scenario scenario = RandomScenarios.of(seed);
      List<Long> once = fingerprint(scenario);
      assertThat(fingerprint(scenario)).as("seed %d", seed).isEqualTo(once);
    }
  }

  private static IntStream seeds() {
    Integer only = Integer.getInteger("steelyard.seed");
    return only != null ? IntStream.of(only) : IntStream.range(0, SEEDS);
  }

  /** What a seed breaks. */
  static Optional<String> broken(int seed, Node.Maker maker) {
    Scenario scenario = RandomScenarios.of(seed);
    try {
      Simulation.run(scenario, maker, new Laws(scenario));
      return Optional.empty();
    } catch (RuntimeException | AssertionError e) {
      return Optional.of("seed " + seed + ": " + e);
    }
  }

  private static List<Long> fingerprint(Scenario scenario) {
    var statistics = Simulation.run(scenario);
    List<Long> print = new ArrayList<>();
    print.add(statistics.events());
    print.add(statistics.failed());
    print.add(statistics.latency().max());
    for (int i = 0; i < statistics.servers().size(); i++) {
      print.add(statistics.sent(i));
    }
    return print;
  }
}
