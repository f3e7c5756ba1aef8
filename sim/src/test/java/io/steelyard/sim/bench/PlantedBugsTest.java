package io.steelyard.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.sim.world.Node;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws are worth what they find: each known mistake within a thousand seeds. */
final class PlantedBugsTest {
  private static final int SEEDS_MAX = 1_000;

  private static final Map<String, Node.Maker> BUGS = PlantedBugs.all();

  static Set<String> bugs() {
    return BUGS.keySet();
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void is_found_within_a_thousand_seeds(String bug) {
    Optional<String> found = Optional.empty();
    int seed = 0;
    for (; seed < SEEDS_MAX && found.isEmpty(); seed++) {
      found = RandomFaultsTest.broken(seed, BUGS.get(bug));
    }
    assertThat(found).as(bug).isPresent();
  }
}
