package io.steelyard.core.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerStateTest {
  private static final int LOOPS = 4;
  private static final int ROUNDS = 50_000;

  private final ServerState state =
      new ServerState(
          new ServerId("app", "a"),
          new PoolState("app", LOOPS),
          new Standing(Wish.SERVE, Health.unknown(1, 1)));

  @Test
  void what_is_in_flight_is_the_sum_over_the_loops() {
    state.acquire(0);
    state.acquire(3);
    state.acquire(3);
    assertThat(state.inFlight()).isEqualTo(3);
    state.release(3);
    assertThat(state.inFlight()).isEqualTo(2);
  }

  @Test
  void releasing_what_was_not_acquired_is_a_defect_that_is_noticed() {
    state.acquire(0);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> state.release(1))
        .withMessageContaining("app/a");
  }

  @Test
  void loops_that_count_at_the_same_time_lose_nothing() throws Exception {
    Thread[] loops = new Thread[LOOPS];
    for (int i = 0; i < LOOPS; i++) {
      int loop = i;
      loops[i] = Thread.ofPlatform().start(() -> count(loop));
    }
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(state.inFlight()).isEqualTo(LOOPS * ROUNDS);
  }

  @Test
  void loops_that_ask_for_places_at_the_same_time_get_no_more_than_there_are_and_lose_none()
      throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger tooMany = new AtomicInteger();
    Thread[] loops = new Thread[LOOPS];
    for (int i = 0; i < LOOPS; i++) {
      loops[i] = Thread.ofPlatform().start(() -> ask(inside, tooMany));
    }
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(tooMany).hasValue(0);
    assertThat(state.reserve(2)).isTrue();
    assertThat(state.reserve(2)).isTrue();
    assertThat(state.reserve(2)).as("a place too many").isFalse();
  }

  private void ask(AtomicInteger inside, AtomicInteger tooMany) {
    for (int i = 0; i < 10 * ROUNDS; i++) {
      if (state.reserve(2)) {
        tooMany.addAndGet(inside.incrementAndGet() > 2 ? 1 : 0);
        inside.decrementAndGet();
        state.unreserve();
      }
    }
  }

  private void count(int loop) {
    for (int i = 0; i < ROUNDS; i++) {
      state.acquire(loop);
      state.acquire(loop);
      state.release(loop);
    }
  }
}
