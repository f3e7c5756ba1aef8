package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.snapshot.PoolLimits;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final TestPool pool = new TestPool(2);

  RetryBudgetTest() {
    pool.add(Health.unknown(1, 1));
  }

  private int allowed(PoolLimits limits) {
    int begun = 0;
    while (begun < 1000 && RetryBudget.allows(pool.state, limits)) {
      pool.state.retrying(begun % 2, 1);
      begun++;
    }
    for (int i = 0; i < begun; i++) {
      pool.state.retrying(i % 2, -1);
    }
    return begun;
  }

  private void inFlight(int n) {
    for (int i = 0; i < n; i++) {
      pool.server(0).acquire(i % 2);
    }
  }

  @Test
  void a_few_are_allowed_however_little_is_in_flight() {
    assertThat(allowed(PoolLimits.DEFAULT)).isEqualTo(3);
  }

  @Test
  void a_share_of_what_is_in_flight_or_waits_may_be_retries() {
    inFlight(99);
    assertThat(allowed(PoolLimits.DEFAULT)).isEqualTo(19);
    assertThat(pool.state.joinWaiting(1)).isTrue();
    assertThat(allowed(PoolLimits.DEFAULT)).isEqualTo(20);
  }

  @Test
  void none_are_allowed_where_none_are_configured() {
    inFlight(99);
    assertThat(allowed(new PoolLimits(0, 2, 0, 0, false, 0, false, 0))).isZero();
  }
}
