package io.steelyard.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HybridClockTest {
  private final HybridClock clock = new HybridClock();

  @Test
  void stamps_grow_although_the_wall_clock_stands_or_goes_back() {
    long first = clock.next(1000);
    long second = clock.next(1000);
    long third = clock.next(900);
    assertThat(first).isLessThan(second);
    assertThat(second).isLessThan(third);
    assertThat(HybridClock.millis(third)).isEqualTo(1000);
  }

  @Test
  void what_was_heard_is_earlier_than_what_follows() {
    long far = new HybridClock().next(50_000);
    clock.next(1000);
    clock.heard(far);
    assertThat(clock.next(1001)).isGreaterThan(far);
  }

  @Test
  void the_wall_clock_takes_over_again() {
    clock.heard(new HybridClock().next(2000));
    assertThat(HybridClock.millis(clock.next(3000))).isEqualTo(3000);
  }
}
