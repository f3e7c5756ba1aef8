package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Happening.Reason;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.snapshot.PassiveHealth;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EjectionTest {
  private static final long MS = 1_000_000;
  private static final PassiveHealth ALL =
      new PassiveHealth(
          5,
          50,
          20,
          5,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(40),
          0.5);

  private final TestPool pool = TestPool.up(4).passive(ALL).start();

  private boolean ejected(int i) {
    return pool.server(i).standing().ejected();
  }

  private void failInARow(int i) {
    pool.tries(i, 5, Outcome.BROKEN);
    pool.tick();
  }

  /** Seconds, to a tenth, until it comes back. */
  private double ejectedFor(int i) {
    int ticks = 0;
    while (ejected(i) && ticks < 10_000) {
      pool.tick();
      ticks++;
    }
    return ticks / 10.0;
  }

  @Test
  void failures_in_a_row_eject_a_server() {
    pool.tries(0, 4, Outcome.SERVER_ERROR);
    pool.tick();
    assertThat(ejected(0)).isFalse();
    pool.tries(0, 1, Outcome.TIMED_OUT);
    pool.tick();
    assertThat(ejected(0)).isTrue();
    assertThat(pool.takesNew(0)).isFalse();
    Happening happening = pool.happened.getFirst();
    assertThat(happening.reason()).isEqualTo(Reason.CONSECUTIVE_FAILURES);
    assertThat(happening.why()).isEqualTo("5 failures in a row: ejected for 10s");
  }

  @Test
  void the_failure_that_is_one_too_many_raises_the_alarm_once_and_ejects_before_the_next_tick() {
    AtomicInteger alarms = new AtomicInteger();
    pool.state.onAlarm(alarms::incrementAndGet);
    pool.tries(0, 4, Outcome.BROKEN);
    assertThat(alarms).hasValue(0);
    pool.tries(0, 3, Outcome.BROKEN);
    assertThat(alarms).hasValue(1);
    pool.alarm();
    assertThat(ejected(0)).isTrue();
    assertThat(pool.told()).containsExactly("EJECTED a");
  }

  /** A healed server was ejected for a row that had ended while none might be. */
  @Test
  void a_row_that_ends_while_nobody_may_be_ejected_is_not_held_against_a_server_later() {
    failInARow(0);
    failInARow(1);
    failInARow(2);
    assertThat(ejected(2)).isFalse();
    pool.tries(2, 1, Outcome.GOOD);
    pool.told();
    pool.seconds(11);
    assertThat(pool.told()).containsExactly("RETURNED a", "RETURNED b");
    assertThat(ejected(2)).isFalse();
  }

  @Test
  void a_row_that_goes_on_until_one_may_be_ejected_again_is() {
    failInARow(0);
    failInARow(1);
    failInARow(2);
    pool.seconds(11);
    assertThat(ejected(2)).isTrue();
  }

  @Test
  void an_alarm_follows_a_new_limit_and_none_is_raised_without_one() {
    AtomicInteger alarms = new AtomicInteger();
    pool.state.onAlarm(alarms::incrementAndGet);
    pool.passive(PassiveHealth.NONE).reload();
    pool.tries(0, 10, Outcome.BROKEN);
    assertThat(alarms).hasValue(0);
    pool.passive(ALL).reload();
    pool.tries(0, 5, Outcome.BROKEN);
    assertThat(alarms).hasValue(1);
  }

  @Test
  void an_alarm_ejects_nobody_beyond_what_may_be_ejected() {
    for (int i = 0; i < 4; i++) {
      pool.tries(i, 5, Outcome.BROKEN);
      pool.alarm();
    }
    assertThat(pool.told()).containsExactly("EJECTED a", "EJECTED b");
  }

  @Test
  void a_row_that_is_over_before_anybody_looks_counts_too() {
    pool.tries(0, 5, Outcome.BROKEN);
    pool.tries(0, 1, Outcome.GOOD);
    pool.tick();
    assertThat(ejected(0)).isTrue();
  }

  @Test
  void a_good_try_between_failures_ends_the_row_and_a_neutral_one_does_not() {
    for (int i = 0; i < 10; i++) {
      pool.tries(0, 4, Outcome.BROKEN);
      pool.tries(0, 1, Outcome.GOOD);
      pool.tries(0, 4, Outcome.GOOD);
      pool.tick();
    }
    assertThat(ejected(0)).isFalse();
    pool.tries(0, 4, Outcome.BROKEN);
    pool.tries(0, 9, Outcome.NEUTRAL);
    pool.tries(0, 1, Outcome.BROKEN);
    pool.tick();
    assertThat(ejected(0)).isTrue();
  }

  @Test
  void each_further_ejection_lasts_twice_as_long_up_to_the_longest() {
    for (double seconds : new double[] {10, 20, 40, 40}) {
      failInARow(0);
      assertThat(ejectedFor(0)).isEqualTo(seconds);
    }
  }

  @Test
  void time_without_an_ejection_halves_the_next_one() {
    failInARow(0);
    ejectedFor(0);
    failInARow(0);
    assertThat(ejectedFor(0)).isEqualTo(20);
    pool.seconds(31);
    failInARow(0);
    assertThat(ejectedFor(0)).isEqualTo(10);
  }

  @Test
  void what_failed_before_an_ejection_ended_does_not_count_after_it() {
    failInARow(0);
    pool.tries(0, 100, Outcome.BROKEN);
    ejectedFor(0);
    pool.seconds(10);
    assertThat(ejected(0)).isFalse();
    pool.tries(0, 4, Outcome.BROKEN);
    pool.tick();
    assertThat(ejected(0)).isFalse();
  }

  @Test
  void a_returned_server_starts_slowly() {
    pool.slowStart(10);
    pool.reload();
    failInARow(0);
    ejectedFor(0);
    assertThat(pool.server(0).ramp()).isBetween(26, 30);
  }

  @Test
  void a_share_of_failures_ejects_once_there_were_enough_tries() {
    for (int i = 0; i < 9; i++) {
      pool.tries(0, 1, Outcome.BROKEN);
      pool.tries(0, 1, Outcome.GOOD);
    }
    pool.seconds(1);
    assertThat(ejected(0)).isFalse();
    pool.tries(0, 1, Outcome.BROKEN);
    pool.tries(0, 1, Outcome.GOOD);
    pool.seconds(1);
    assertThat(ejected(0)).isTrue();
    assertThat(pool.happened.getFirst().reason()).isEqualTo(Reason.FAILURE_PERCENTAGE);
    assertThat(pool.happened.getFirst().why()).startsWith("50% of 20 tries failed");
  }

  @Test
  void a_lower_share_does_not_and_what_is_older_than_the_window_is_forgotten() {
    for (int second = 0; second < 30; second++) {
      pool.tries(0, 1, Outcome.BROKEN);
      pool.tries(0, 2, Outcome.GOOD);
      pool.seconds(1);
    }
    assertThat(ejected(0)).isFalse();
    for (int second = 0; second < 30; second++) {
      pool.tries(0, 1, Outcome.BROKEN);
      pool.tries(0, second % 2, Outcome.GOOD);
      pool.seconds(1);
    }
    assertThat(pool.happened).as("15 tries within a window are not enough").isEmpty();
  }

  @Test
  void a_server_that_is_much_slower_than_the_median_is_ejected() {
    for (int second = 0; second < 5; second++) {
      pool.answers(0, 10, 10 * MS);
      pool.answers(1, 10, 12 * MS);
      pool.answers(2, 10, 8 * MS);
      pool.answers(3, 10, 70 * MS);
      pool.seconds(1);
    }
    assertThat(pool.told()).containsExactly("EJECTED d");
  }

  @Test
  void a_single_very_slow_answer_ejects_nobody() {
    for (int second = 0; second < 5; second++) {
      for (int i = 0; i < 4; i++) {
        pool.answers(i, 10, 10 * MS);
      }
      pool.answers(3, 1, second == 2 ? 60_000 * MS : 10 * MS);
      pool.seconds(1);
    }
    assertThat(pool.told()).isEmpty();
  }

  @Test
  void differences_of_less_than_a_millisecond_eject_nobody() {
    for (int i = 0; i < 4; i++) {
      pool.answers(i, 100, i == 0 ? 900_000 : 50_000);
    }
    pool.seconds(1);
    assertThat(pool.told()).isEmpty();
  }

  @Test
  void no_more_than_the_share_is_ejected_however_many_fail() {
    for (int i = 0; i < 4; i++) {
      pool.tries(i, 10, Outcome.BROKEN);
    }
    pool.tick();
    assertThat(pool.told()).containsExactly("EJECTED a", "EJECTED b");
    pool.seconds(5);
    assertThat(pool.told()).isEmpty();
  }

  @Test
  void one_may_be_ejected_however_small_the_share_but_never_the_last() {
    TestPool two = TestPool.up(2).passive(ALL).start();
    two.tries(0, 9, Outcome.BROKEN);
    two.tries(1, 9, Outcome.BROKEN);
    two.tick();
    assertThat(two.told()).containsExactly("EJECTED a");
    TestPool one = TestPool.up(1).passive(ALL).start();
    one.tries(0, 9, Outcome.BROKEN);
    one.tick();
    assertThat(one.told()).isEmpty();
  }

  @Test
  void an_ejected_server_comes_back_when_no_other_is_left() {
    failInARow(0);
    for (int i = 1; i < 4; i++) {
      pool.goesDown(i);
    }
    assertThat(pool.takesNew(0)).isTrue();
    assertThat(pool.told()).endsWith("DOWN d", "RETURNED a");
  }

  @Test
  void a_smaller_pool_lets_those_go_that_are_too_many() {
    failInARow(0);
    pool.seconds(1);
    failInARow(1);
    pool.servers.removeLast();
    pool.reload();
    assertThat(ejected(0)).isFalse();
    assertThat(ejected(1)).isTrue();
    pool.passive(PassiveHealth.NONE);
    pool.reload();
    assertThat(ejected(1)).isFalse();
    pool.tick();
    assertThat(pool.told()).endsWith("RETURNED a", "RETURNED b");
  }

  @Test
  void a_reload_keeps_counters_and_ejections() {
    failInARow(0);
    pool.tries(1, 4, Outcome.BROKEN);
    pool.reload();
    pool.tries(1, 1, Outcome.BROKEN);
    pool.tick();
    assertThat(ejected(0)).isTrue();
    assertThat(ejected(1)).isTrue();
  }

  @Test
  void what_failed_before_anybody_counted_does_not_count() {
    TestPool late = TestPool.up(3).start();
    late.tries(0, 50, Outcome.BROKEN);
    late.tick();
    late.passive(ALL);
    late.reload();
    late.seconds(2);
    assertThat(late.told()).isEmpty();
  }

  @Test
  void a_server_that_was_down_is_not_ejected_for_what_failed_then() {
    pool.tries(0, 4, Outcome.BROKEN);
    pool.goesDown(0);
    pool.tries(0, 50, Outcome.BROKEN);
    pool.tick();
    pool.comesUp(0);
    pool.seconds(10);
    assertThat(ejected(0)).isFalse();
  }

  @Test
  void maintenance_ends_an_ejection_and_frees_its_place() {
    failInARow(0);
    pool.wish(0, Wish.MAINTENANCE);
    assertThat(pool.told()).containsExactly("EJECTED a", "RETURNED a");
    pool.wish(0, Wish.SERVE);
    assertThat(pool.takesNew(0)).isTrue();
    failInARow(0);
    assertThat(ejectedFor(0)).as("what was before is forgotten").isEqualTo(10);
  }

  @Test
  void a_draining_server_that_fails_loses_its_sessions_too() {
    pool.wish(0, Wish.DRAIN);
    assertThat(pool.server(0).standing().keepsBound()).isTrue();
    failInARow(0);
    assertThat(pool.server(0).standing().keepsBound()).isFalse();
  }

  @Test
  void a_server_without_checks_that_comes_back_starts_slowly_as_well() {
    TestPool unchecked = new TestPool(1).slowStart(10).passive(ALL);
    unchecked.add(Health.unknown(1, 1));
    unchecked.add(Health.unknown(1, 1));
    unchecked.start();
    unchecked.tries(0, 5, Outcome.BROKEN);
    unchecked.seconds(10.2);
    assertThat(unchecked.told()).containsExactly("EJECTED a", "RETURNED a");
    assertThat(unchecked.server(0).ramp()).isLessThan(40);
  }
}
