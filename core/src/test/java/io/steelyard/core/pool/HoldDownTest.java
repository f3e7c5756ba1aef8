package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Wish;
import io.steelyard.core.snapshot.HoldDown;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HoldDownTest {
  private static final HoldDown LIMITS =
      new HoldDown(3, Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofSeconds(60));

  private final TestPool pool = TestPool.up(2).holdDown(LIMITS).start();

  private void flip() {
    pool.goesDown(0);
    pool.seconds(1);
    pool.comesUp(0);
  }

  /** Seconds, to a tenth, until it takes new requests. */
  private double heldFor() {
    double seconds = 0;
    while (!pool.takesNew(0) && seconds < 1000) {
      pool.tick();
      seconds += 0.1;
    }
    return Math.round(seconds * 10) / 10.0;
  }

  private void flapUntilHeld() {
    for (int i = 0; i < 3; i++) {
      flip();
    }
    assertThat(pool.server(0).standing().held()).isTrue();
  }

  @Test
  void a_server_that_goes_down_twice_is_not_held() {
    flip();
    flip();
    assertThat(pool.takesNew(0)).isTrue();
  }

  @Test
  void the_third_time_it_is_held_for_a_while_and_then_released() {
    flapUntilHeld();
    assertThat(pool.server(0).standing().keepsBound()).isFalse();
    assertThat(heldFor()).isEqualTo(10);
    assertThat(pool.told()).endsWith("UP a", "HELD a", "RELEASED a");
  }

  @Test
  void each_further_time_it_is_held_twice_as_long_up_to_the_longest() {
    flapUntilHeld();
    assertThat(heldFor()).isEqualTo(10);
    flip();
    assertThat(heldFor()).isEqualTo(20);
    flip();
    assertThat(heldFor()).isEqualTo(40);
    flip();
    assertThat(heldFor()).isEqualTo(60);
    flip();
    assertThat(heldFor()).isEqualTo(60);
  }

  @Test
  void calm_as_long_as_the_period_halves_it() {
    flapUntilHeld();
    heldFor();
    flip();
    assertThat(heldFor()).isEqualTo(20);
    pool.seconds(21);
    flip();
    assertThat(heldFor()).as("halved to 10, then doubled").isEqualTo(20);
  }

  @Test
  void after_a_long_calm_a_single_flip_is_forgiven() {
    flapUntilHeld();
    heldFor();
    pool.seconds(600);
    flip();
    assertThat(pool.takesNew(0)).isTrue();
  }

  @Test
  void flips_that_lie_further_apart_than_the_window_do_not_count_together() {
    for (int i = 0; i < 10; i++) {
      flip();
      assertThat(pool.takesNew(0)).isTrue();
      pool.seconds(151);
    }
  }

  @Test
  void going_down_while_held_counts_as_well() {
    flapUntilHeld();
    pool.seconds(5);
    flip();
    assertThat(heldFor()).isEqualTo(20);
  }

  @Test
  void nobody_is_held_when_no_other_server_is_left() {
    pool.goesDown(1);
    for (int i = 0; i < 5; i++) {
      flip();
      assertThat(pool.takesNew(0)).isTrue();
    }
  }

  @Test
  void a_held_server_is_released_when_the_last_other_one_goes_down() {
    flapUntilHeld();
    pool.told();
    pool.goesDown(1);
    assertThat(pool.takesNew(0)).isTrue();
    assertThat(pool.told()).containsExactly("DOWN b", "RELEASED a");
  }

  @Test
  void the_first_verdict_is_no_flip() {
    TestPool fresh =
        TestPool.awaiting(2)
            .holdDown(new HoldDown(1, LIMITS.window(), LIMITS.period(), LIMITS.periodMax()))
            .start();
    fresh.check(1, true);
    fresh.check(0, false);
    fresh.comesUp(0);
    assertThat(fresh.takesNew(0)).isTrue();
    assertThat(fresh.told()).containsExactly("UP b", "DOWN a", "UP a");
  }

  @Test
  void maintenance_forgives() {
    flapUntilHeld();
    pool.wish(0, Wish.MAINTENANCE);
    pool.wish(0, Wish.SERVE);
    assertThat(pool.takesNew(0)).isTrue();
    flip();
    assertThat(pool.takesNew(0)).isTrue();
  }

  @Test
  void a_reload_keeps_a_server_held() {
    flapUntilHeld();
    pool.seconds(4);
    pool.reload();
    assertThat(pool.takesNew(0)).isFalse();
    assertThat(heldFor()).isEqualTo(6);
  }
}
