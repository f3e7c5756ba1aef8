package io.steelyard.core.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PowersTest {
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void a_decay_is_the_exponential_to_seven_digits() {
    for (int i = 0; i < 100_000; i++) {
      double x = random.nextDouble(40);
      assertThat(Powers.decay(x) / Math.exp(-x)).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void a_decay_begins_at_one_falls_steadily_and_ends_at_zero() {
    assertThat(Powers.decay(0)).isEqualTo(1);
    assertThat(Powers.decay(-5)).isEqualTo(1);
    assertThat(Powers.decay(1e9)).isZero();
    double before = 1;
    for (double x = 0.0001; x < 800; x += 0.0137) {
      double now = Powers.decay(x);
      assertThat(now).isLessThanOrEqualTo(before).isGreaterThanOrEqualTo(0);
      before = now;
    }
  }

  @Test
  void a_logarithm_is_right_to_a_thousandth() {
    for (int i = 0; i < 100_000; i++) {
      long n = random.nextLong(1, Long.MAX_VALUE) >>> random.nextInt(62);
      double exact = Math.log((double) Math.max(1, n)) / Math.log(2);
      assertThat((double) Powers.log2(Math.max(1, n)) / Powers.LOG_ONE)
          .isCloseTo(exact, within(0.001));
    }
  }
}
