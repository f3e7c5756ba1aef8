package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RetryTurnsTest {
  private final RetryTurns turns = new RetryTurns();

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      turns.failed();
    }
  }

  @Test
  void while_retries_succeed_others_may_wait_for_their_turn() {
    for (int i = 0; i < 1000; i++) {
      turns.answered();
      turns.failed();
    }
    assertThat(turns.allowed()).isTrue();
  }

  @Test
  void nobody_waits_while_every_retry_fails() {
    fail(RetryTurns.FAILURES_MAX - 1);
    assertThat(turns.allowed()).isTrue();
    fail(1);
    assertThat(turns.allowed()).isFalse();
  }

  @Test
  void one_success_after_a_long_outage_lets_others_wait_again() {
    fail(1000);
    turns.answered();
    assertThat(turns.allowed()).isTrue();
  }
}
