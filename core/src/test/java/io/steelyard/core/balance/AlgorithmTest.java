package io.steelyard.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AlgorithmTest {
  @ParameterizedTest
  @EnumSource
  void an_algorithm_is_found_by_its_label(Algorithm algorithm) {
    assertThat(Algorithm.of(algorithm.label())).contains(algorithm);
  }

  @Test
  void weighted_names_are_aliases() {
    assertThat(Algorithm.of("weighted-round-robin")).contains(Algorithm.ROUND_ROBIN);
    assertThat(Algorithm.of("weighted-least-connections")).contains(Algorithm.LEAST_CONNECTIONS);
    assertThat(Algorithm.of("Round-Robin")).isEmpty();
  }
}
