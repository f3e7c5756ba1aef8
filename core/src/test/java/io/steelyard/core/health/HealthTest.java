package io.steelyard.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HealthTest {
  private static final int LENGTH_MAX = 8;
  private static final int LIMIT_MAX = 3;

  @Test
  void every_short_series_of_results_gives_the_verdict_that_counting_gives() {
    for (int rise = 1; rise <= LIMIT_MAX; rise++) {
      for (int fall = 1; fall <= LIMIT_MAX; fall++) {
        for (int length = 0; length <= LENGTH_MAX; length++) {
          for (int results = 0; results < 1 << length; results++) {
            checkSeries(rise, fall, length, results);
          }
        }
      }
    }
  }

  private static void checkSeries(int rise, int fall, int length, int results) {
    Health health = Health.unknown(rise, fall);
    Counting counting = new Counting(rise, fall);
    for (int i = 0; i < length; i++) {
      boolean passed = (results >> i & 1) == 1;
      health = passed ? health.passed() : health.failed();
      counting.result(passed);
      assertThat(health.up())
          .as("rise %d, fall %d, results %s, at %d", rise, fall, Integer.toBinaryString(results), i)
          .isEqualTo(counting.up);
      assertThat(health.known()).isTrue();
    }
  }

  /** The dumb second implementation: keeps the length of the last run of equal results. */
  private static final class Counting {
    final int rise;
    final int fall;
    boolean up = true;
    boolean first = true;
    boolean last;
    int run;

    Counting(int rise, int fall) {
      this.rise = rise;
      this.fall = fall;
    }

    void result(boolean passed) {
      run = !first && passed == last ? run + 1 : 1;
      last = passed;
      if (first || run >= (passed ? rise : fall)) {
        up = passed;
      }
      first = false;
    }
  }

  @Test
  void a_server_without_any_result_counts_as_up() {
    Health unknown = Health.unknown(2, 3);
    assertThat(unknown.up()).isTrue();
    assertThat(unknown.known()).isFalse();
  }

  @Test
  void new_limits_keep_the_verdict_and_start_the_series_anew() {
    Health down = Health.unknown(2, 3).failed().passed();
    assertThat(down.up()).isFalse();
    Health rescaled = down.rescaled(3, 1);
    assertThat(rescaled.up()).isFalse();
    assertThat(rescaled.passed().passed().up()).isFalse();
    assertThat(rescaled.passed().passed().passed().up()).isTrue();
    Health up = Health.unknown(2, 3).passed().failed().failed().rescaled(1, 2);
    assertThat(up.up()).isTrue();
    assertThat(up.failed().up()).isTrue();
    assertThat(up.failed().failed().up()).isFalse();
    assertThat(Health.unknown(2, 3).rescaled(1, 1)).isEqualTo(Health.unknown(1, 1));
  }

  @Test
  void the_same_limits_change_nothing() {
    Health begun = Health.unknown(2, 3).passed().failed();
    assertThat(begun.rescaled(2, 3)).isSameAs(begun);
  }

  @Test
  void impossible_values_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Health.unknown(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Health.unknown(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Health(5, 2, 3, true));
    assertThatIllegalArgumentException().isThrownBy(() -> new Health(-1, 2, 3, true));
  }

  @Test
  void a_standing_takes_new_work_only_when_wished_and_up() {
    Health up = Health.unknown(1, 1);
    Health down = up.failed();
    assertThat(new Standing(Wish.SERVE, up).takesNew()).isTrue();
    assertThat(new Standing(Wish.SERVE, down).takesNew()).isFalse();
    assertThat(new Standing(Wish.DRAIN, up).takesNew()).isFalse();
    assertThat(new Standing(Wish.MAINTENANCE, up).takesNew()).isFalse();
  }

  @Test
  void a_standing_keeps_bound_sessions_while_it_drains_but_not_in_maintenance_or_down() {
    Health up = Health.unknown(1, 1);
    assertThat(new Standing(Wish.SERVE, up).keepsBound()).isTrue();
    assertThat(new Standing(Wish.DRAIN, up).keepsBound()).isTrue();
    assertThat(new Standing(Wish.DRAIN, up.failed()).keepsBound()).isFalse();
    assertThat(new Standing(Wish.MAINTENANCE, up).keepsBound()).isFalse();
  }
}
