package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.PassiveHealth;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PanicTest {
  private final TestPool pool = TestPool.up(4).panicThreshold(0.5).slowStart(10).start();

  @Test
  void when_too_few_are_healthy_the_pool_panics_until_enough_are() {
    pool.goesDown(0);
    pool.goesDown(1);
    assertThat(pool.state.panic()).isFalse();
    pool.goesDown(2);
    assertThat(pool.state.panic()).isTrue();
    pool.comesUp(0);
    assertThat(pool.state.panic()).isFalse();
    assertThat(pool.told())
        .containsExactly("DOWN a", "DOWN b", "DOWN c", "PANIC_BEGAN", "UP a", "PANIC_ENDED");
  }

  @Test
  void a_server_that_was_starting_slowly_gets_its_whole_share_at_once() {
    pool.goesDown(3);
    pool.comesUp(3);
    assertThat(pool.server(3).ramp()).isLessThan(ServerState.FULL_RAMP);
    pool.goesDown(0);
    pool.goesDown(1);
    pool.goesDown(2);
    assertThat(pool.state.panic()).isTrue();
    assertThat(pool.server(3).ramp()).isEqualTo(ServerState.FULL_RAMP);
  }

  @Test
  void the_happening_says_how_many_are_healthy() {
    pool.goesDown(0);
    pool.goesDown(1);
    pool.goesDown(2);
    assertThat(pool.happened.getLast().why()).isEqualTo("25% of the servers are healthy");
  }

  @Test
  void without_a_threshold_there_is_no_panic() {
    TestPool calm = TestPool.up(2).start();
    calm.goesDown(0);
    calm.goesDown(1);
    assertThat(calm.state.panic()).isFalse();
  }

  @Test
  void servers_that_are_not_wanted_do_not_count() {
    pool.goesDown(0);
    pool.goesDown(1);
    pool.wish(2, Wish.MAINTENANCE);
    assertThat(pool.state.panic()).as("one of three").isTrue();
    pool.wish(0, Wish.DRAIN);
    assertThat(pool.state.panic()).as("one of two").isFalse();
  }

  @Test
  void a_start_is_no_panic() {
    TestPool fresh = TestPool.awaiting(4).panicThreshold(0.5).start();
    fresh.tick();
    fresh.check(0, false);
    assertThat(fresh.state.panic()).isFalse();
    fresh.check(1, false);
    fresh.check(2, false);
    assertThat(fresh.state.panic()).isTrue();
  }

  @Test
  void backups_count_once_they_serve() {
    TestPool backed = TestPool.up(2).panicThreshold(0.6);
    Health up = Health.awaiting(TestPool.RISE, TestPool.FALL).passed();
    backed.add(up, 1, 0, true);
    backed.start();
    backed.goesDown(0);
    assertThat(backed.state.panic()).as("half of those that serve").isTrue();
    backed.goesDown(1);
    assertThat(backed.state.panic()).as("the backup serves").isFalse();
    backed.goesDown(2);
    assertThat(backed.state.panic()).isTrue();
  }

  @Test
  void who_took_part_in_a_panic_needs_no_slow_start_when_it_recovers() {
    pool.goesDown(0);
    pool.goesDown(1);
    pool.goesDown(2);
    pool.seconds(5);
    pool.comesUp(1);
    assertThat(pool.server(1).ramp()).isEqualTo(256);
    pool.comesUp(0);
    assertThat(pool.state.panic()).isFalse();
    assertThat(pool.server(0).ramp()).as("after the panic").isEqualTo(26);
  }

  @Test
  void in_a_panic_nobody_is_ejected() {
    pool.passive(
        new PassiveHealth(
            5, 0, 20, 0, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(5), 1));
    pool.reload();
    for (int i = 0; i < 3; i++) {
      pool.goesDown(i);
    }
    pool.tries(3, 50, Outcome.BROKEN);
    pool.seconds(2);
    assertThat(pool.takesNew(3)).isTrue();
  }
}
