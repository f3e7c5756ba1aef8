package io.steelyard.sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.steelyard.sim.plan.Texts;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionTest {
  private static final int DRAWS = 200_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exp:10ms",
        "const:10ms",
        "uniform:5ms-15ms",
        "lognormal:10ms",
        "lognormal:1s,0.5"
      })
  void has_the_mean_that_it_says(String text) {
    Distribution distribution = Texts.latency(text);
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      long drawn = distribution.draw(random);
      assertThat(drawn).isNotNegative();
      sum += drawn;
    }
    assertThat(sum / DRAWS).isCloseTo(distribution.mean(), withinPercentage(1.5));
  }

  @Test
  void of_zipf_each_rank_is_as_frequent_as_it_should_be() {
    int[] counts = new int[10];
    Zipf zipf = new Zipf(counts.length, 1);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < DRAWS; i++) {
      counts[zipf.draw(random)]++;
    }
    double harmonic = 2.9289682539682538;
    for (int i = 0; i < counts.length; i++) {
      assertThat((double) counts[i] / DRAWS)
          .isCloseTo(1 / (harmonic * (i + 1)), withinPercentage(4));
    }
  }
}
