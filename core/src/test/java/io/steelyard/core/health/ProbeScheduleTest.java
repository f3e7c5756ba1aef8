package io.steelyard.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProbeScheduleTest {
  private static final long MS = 1_000_000;

  private final SplittableRandom random = new SplittableRandom(5);
  private final ProbeSchedule schedule =
      new ProbeSchedule(Duration.ofSeconds(2), Duration.ofMillis(500));

  @Test
  void a_settled_verdict_is_checked_at_the_interval_less_some_jitter() {
    Health up = Health.awaiting(2, 3).passed();
    long sum = 0;
    for (int i = 0; i < 1000; i++) {
      long delay = schedule.nextNs(up, 0, 0, random);
      assertThat(delay).isBetween(1600 * MS, 1900 * MS);
      sum += delay;
    }
    assertThat(sum / 1000).isBetween(1735 * MS, 1765 * MS);
  }

  @Test
  void a_verdict_that_is_changing_or_awaited_is_checked_faster() {
    Health up = Health.awaiting(2, 3).passed();
    assertThat(schedule.nextNs(up.failed(), 0, 0, random)).isLessThan(500 * MS);
    assertThat(schedule.nextNs(up.failed().failed(), 0, 0, random)).isLessThan(500 * MS);
    Health down = Health.awaiting(2, 3).failed();
    assertThat(schedule.nextNs(down, 0, 0, random)).isGreaterThanOrEqualTo(1600 * MS);
    assertThat(schedule.nextNs(down.passed(), 0, 0, random)).isLessThan(500 * MS);
    assertThat(schedule.nextNs(Health.awaiting(2, 3), 0, 0, random)).isLessThan(500 * MS);
  }

  @Test
  void neither_a_slow_check_nor_a_late_one_delays_the_next() {
    Health up = Health.awaiting(2, 3).passed();
    assertThat(schedule.nextNs(up, 100 * MS, 1000 * MS, random)).isBetween(1700 * MS, 2000 * MS);
    assertThat(schedule.nextNs(up, 100 * MS, 9000 * MS, random)).isEqualTo(9001 * MS);
  }

  @Test
  void many_that_start_together_do_not_start_at_the_same_moment() {
    assertThat(schedule.firstDelayNs(1, random)).isLessThan(MS);
    long latest = 0;
    for (int i = 0; i < 10_000; i++) {
      latest = Math.max(latest, schedule.firstDelayNs(10_000, random));
    }
    assertThat(latest).isBetween(900 * MS, 1000 * MS);
  }

  @Test
  void after_the_first_round_checks_are_spread_over_the_whole_interval() {
    int[] tenths = new int[10];
    Health up = Health.awaiting(2, 3).passed();
    for (int i = 0; i < 10_000; i++) {
      long delay = schedule.secondNs(up, 0, 0, random);
      tenths[(int) Math.min(9, delay / (200 * MS))]++;
    }
    assertThat(Arrays.stream(tenths)).allMatch(n -> n > 800 && n < 1200);
  }

  @Test
  void a_frozen_server_is_down_within_fall_intervals_and_a_timeout() {
    for (int seed = 0; seed < 2000; seed++) {
      SplittableRandom chance = new SplittableRandom(seed);
      long intervalMs = chance.nextLong(50, 5000);
      ProbeSchedule any =
          new ProbeSchedule(
              Duration.ofMillis(intervalMs),
              Duration.ofMillis(chance.nextLong(10, intervalMs + 1)));
      long timeoutNs = chance.nextLong(1, intervalMs + 1) * MS;
      int fall = chance.nextInt(1, 6);
      Health health = Health.awaiting(2, fall).passed();
      // It freezes right after a check that passed in no time: the worst moment. Every check
      // begins and ends late, by half a percent of the interval each.
      long lateNs = intervalMs * MS / 200;
      long now = 0;
      long due = any.nextNs(health, 0, 0, chance);
      while (health.up()) {
        now = due + lateNs + timeoutNs + lateNs;
        health = health.failed();
        due = any.nextNs(health, due, now, chance);
      }
      // A check never follows another at once: a millisecond for each may come on top.
      assertThat(now)
          .as("seed %d", seed)
          .isLessThanOrEqualTo(fall * intervalMs * MS + timeoutNs + fall * MS);
    }
  }

  @Test
  void a_fast_interval_that_is_slower_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProbeSchedule(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProbeSchedule(Duration.ofSeconds(1), Duration.ZERO));
  }
}
