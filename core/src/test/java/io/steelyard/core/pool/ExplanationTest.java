package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.explain.Bound;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.Forecast.Share;
import io.steelyard.core.explain.KeptOut;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.snapshot.PoolLimits;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is said of a pool where the servers are not simply up. */
final class ExplanationTest {
  private static final PoolLimits NO_QUEUE = new PoolLimits(256, 2, 0.2, 3, false, 0, false, 0);

  private static Explanation explain(TestPool pool) {
    Routed routed = new Routed(null, 0, "", 0, Optional.of(pool.pool()), 0, false, Bound.NONE);
    return Explanation.of(routed, new SplittableRandom(1), pool.nowNs);
  }

  @Test
  void who_is_not_checked_is_not_said_to_await_a_check() {
    TestPool pool = new TestPool(1);
    pool.add(Health.unknown(2, 3));
    pool.add(Health.unknown(2, 3));
    pool.add(Health.unknown(2, 3), 0, 0, false);
    pool.server(0).standing(pool.server(0).standing().ejected(true));
    assertThat(KeptOut.of(pool.pool()))
        .containsExactly(
            new KeptOut("a", "ejected: its traffic failed"), new KeptOut("c", "weight 0"));
  }

  @Test
  void each_reason_has_its_words() {
    TestPool pool = TestPool.up(1);
    pool.add(Health.awaiting(2, 3));
    pool.add(Health.awaiting(2, 3).failed());
    pool.add(Health.awaiting(2, 3).passed(), 1, 1, false).acquire(0);
    pool.start();
    pool.wish(0, Wish.DRAIN);
    assertThat(KeptOut.of(pool.pool()))
        .containsExactly(
            new KeptOut("a", "drained"),
            new KeptOut("b", "awaits its first check"),
            new KeptOut("c", "down"),
            new KeptOut("d", "full"));
  }

  @Test
  void where_all_are_full_a_request_waits_or_is_refused_if_nobody_may_wait() {
    TestPool pool = new TestPool(1);
    pool.add(Health.awaiting(2, 3).passed(), 1, 1, false).acquire(0);
    assertThat(explain(pool).waits()).isTrue();
    assertThat(explain(pool).status()).isZero();
    pool.limits(NO_QUEUE);
    assertThat(explain(pool).waits()).isFalse();
    assertThat(explain(pool).status()).isEqualTo(503);
    assertThat(explain(pool).cause()).isEqualTo(Refusal.ALL_FULL.text());
  }

  @Test
  void where_none_is_healthy_those_that_await_their_verdict_are_not_called_kept_out() {
    TestPool pool = TestPool.awaiting(1);
    assertThat(KeptOut.of(pool.pool())).isEmpty();
    assertThat(explain(pool).forecast().orElseThrow().shares()).containsExactly(new Share("a", 1));
  }
}
