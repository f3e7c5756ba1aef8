package io.steelyard.sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HistogramTest {
  @Test
  void percentiles_are_those_of_the_sorted_numbers_but_for_a_sixty_fourth() {
    SplittableRandom random = new SplittableRandom(1);
    long[] numbers = new long[10_000];
    Histogram histogram = new Histogram();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextLong() >>> random.nextInt(1, 64);
      histogram.add(numbers[i]);
    }
    Arrays.sort(numbers);
    for (double share : new double[] {0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
      double exact = numbers[(int) Math.ceil(share * numbers.length) - 1];
      assertThat((double) histogram.percentile(share))
          .isGreaterThanOrEqualTo(exact)
          .isCloseTo(exact, within(exact / 64.0));
    }
    assertThat(histogram.max()).isEqualTo(numbers[numbers.length - 1]);
    assertThat(histogram.count()).isEqualTo(numbers.length);
  }

  @Test
  void an_empty_one_says_nought() {
    assertThat(new Histogram().percentile(0.99)).isZero();
    assertThat(new Histogram().mean()).isZero();
  }

  @Test
  void the_extremes_have_their_place() {
    Histogram histogram = new Histogram();
    histogram.add(0);
    histogram.add(Long.MAX_VALUE);
    assertThat(histogram.percentile(0.5)).isZero();
    assertThat(histogram.percentile(1)).isEqualTo(Long.MAX_VALUE);
  }
}
