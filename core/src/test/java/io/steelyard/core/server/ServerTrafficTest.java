package io.steelyard.core.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.steelyard.core.Allocation;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ServerTrafficTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MS = 1_000_000L;
  private static final Offset<Double> ROUNDING = within(1e-5);

  private final ServerTraffic traffic = new ServerTraffic(4);

  @Test
  void nothing_seen_is_zero() {
    assertThat(traffic.latencyNs(5)).isZero();
    assertThat(traffic.bytesPerSecond(5)).isZero();
    assertThat(traffic.failedInARow()).isZero();
  }

  @Test
  void a_peak_counts_at_once_and_lower_values_by_and_by() {
    traffic.answered(0, 10 * MS, 0);
    traffic.answered(0, 90 * MS, SECOND);
    assertThat(traffic.latencyNs(SECOND) / MS).isCloseTo(90, ROUNDING);
    traffic.answered(0, 10 * MS, 2 * SECOND);
    double kept = Math.exp(-0.1);
    assertThat(traffic.latencyNs(2 * SECOND) / MS).isCloseTo(90 * kept + 10 * (1 - kept), ROUNDING);
  }

  @Test
  void it_decays_while_nothing_is_sent() {
    traffic.answered(0, 100 * MS, 0);
    assertThat(traffic.latencyNs(10 * SECOND) / MS).isCloseTo(100 / Math.E, ROUNDING);
    assertThat(traffic.latencyNs(3600 * SECOND)).isLessThan(1e-9);
  }

  @Test
  void loops_that_are_equally_fresh_are_averaged() {
    traffic.answered(0, 10 * MS, SECOND);
    traffic.answered(3, 30 * MS, SECOND);
    assertThat(traffic.latencyNs(SECOND) / MS).isCloseTo(20, ROUNDING);
  }

  @Test
  void a_loop_that_has_sent_nothing_for_long_does_not_draw_the_average_down() {
    traffic.answered(0, 100 * MS, SECOND);
    traffic.answered(1, 100 * MS, 60 * SECOND);
    assertThat(traffic.latencyNs(60 * SECOND) / MS).isCloseTo(100, within(1e-3));
    traffic.answered(2, 10 * MS, SECOND);
    assertThat(traffic.latencyNs(60 * SECOND) / MS).isBetween(99.0, 100.0);
  }

  @Test
  void it_is_what_a_second_implementation_with_exact_exponentials_gives() {
    SplittableRandom random = new SplittableRandom(7);
    double[] value = new double[4];
    long[] at = new long[4];
    long now = 0;
    for (int i = 0; i < 10_000; i++) {
      now += random.nextLong(3 * SECOND);
      int loop = random.nextInt(4);
      long took = random.nextLong(1, SECOND);
      traffic.answered(loop, took, now);
      double kept = Math.exp(-(now - at[loop]) / 1e10);
      value[loop] = took >= value[loop] ? took : value[loop] * kept + took * (1 - kept);
      at[loop] = now;
      double sum = 0;
      double weights = 0;
      for (int l = 0; l < 4; l++) {
        double weight = value[l] == 0 ? 0 : Math.exp(-(now - at[l]) / 1e10);
        sum += weight * value[l];
        weights += weight;
      }
      assertThat(traffic.latencyNs(now) / (sum / weights)).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void a_steady_rate_is_seen_as_what_it_is_over_all_loops() {
    for (long now = 0; now < 100 * SECOND; now += 10 * MS) {
      traffic.carried(0, 10_000, now);
      traffic.carried(2, 30_000, now);
    }
    assertThat(traffic.bytesPerSecond(100 * SECOND)).isCloseTo(4_000_000, within(20_000.0));
    assertThat(traffic.bytesPerSecond(110 * SECOND)).isCloseTo(4e6 / Math.E, within(20_000.0));
  }

  @Test
  void failures_in_a_row_are_counted_over_all_loops_and_a_good_try_ends_them() {
    traffic.ended(0, Outcome.BROKEN);
    traffic.ended(1, Outcome.TIMED_OUT);
    traffic.ended(1, Outcome.NEUTRAL);
    traffic.ended(2, Outcome.SERVER_ERROR);
    assertThat(traffic.failedInARow()).isEqualTo(3);
    traffic.ended(3, Outcome.GOOD);
    assertThat(traffic.failedInARow()).isZero();
    assertThat(traffic.takeLongestRow()).isEqualTo(3);
    assertThat(traffic.takeLongestRow()).isZero();
    assertThat(traffic.failed()).isEqualTo(3);
    assertThat(traffic.timedOut()).isEqualTo(1);
    assertThat(traffic.good()).isEqualTo(1);
  }

  @Test
  void what_nobody_judges_by_is_counted_and_nothing_else() {
    for (Outcome outcome : Outcome.values()) {
      traffic.counted(0, outcome);
      traffic.ended(3, outcome);
    }
    assertThat(traffic.ended()).isEqualTo(2L * Outcome.values().length);
    assertThat(traffic.endedBadly()).isEqualTo(6);
    assertThat(traffic.good()).isEqualTo(1);
    assertThat(traffic.failed()).isEqualTo(3);
    assertThat(traffic.timedOut()).isEqualTo(1);
    assertThat(traffic.failedInARow()).isEqualTo(3);
  }

  @Test
  void the_typical_time_is_the_geometric_mean() {
    traffic.answered(0, MS, 0);
    traffic.answered(1, 100 * MS, 0);
    double typical = Math.pow(2, traffic.answeredLog2() / traffic.answered());
    assertThat(typical / MS).isCloseTo(10, within(0.02));
  }

  @Test
  void nothing_is_allocated() {
    long bytes =
        Allocation.bytes(
            10_000,
            () -> {
              traffic.answered(0, MS, SECOND);
              traffic.carried(1, 1000, SECOND);
              traffic.ended(2, Outcome.BROKEN);
              traffic.ended(2, Outcome.GOOD);
              if (traffic.latencyNs(SECOND) + traffic.bytesPerSecond(SECOND) < 0) {
                throw new AssertionError();
              }
            });
    assertThat(bytes).isZero();
  }
}
