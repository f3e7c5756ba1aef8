package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.core.server.Outcome;
import io.steelyard.core.snapshot.PoolLimits;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
  private static final double MS = 1e6;
  private static final long SECOND = 1_000_000_000L;

  private final SplittableRandom random = new SplittableRandom(11);
  private long nowNs;
  private int lowest;
  private int highest;

  /**
   * Servers that do {@code capacity} requests at a time, each in {@code serviceMs}: more of them
   * wait for each other. So many clients would like to have a request in flight.
   */
  private void run(AdaptiveLimit limit, int capacity, double serviceMs, int clients, int seconds) {
    lowest = Integer.MAX_VALUE;
    highest = 0;
    for (int tick = 0; tick < 10 * seconds; tick++) {
      nowNs += SECOND / 10;
      int inFlight = Math.min(clients, limit.limit());
      double latencyMs = serviceMs * Math.max(1, (double) inFlight / capacity);
      double noise = Math.exp(0.1 * random.nextGaussian());
      long answers = Math.round(inFlight * 100 / latencyMs);
      limit.window(answers, latencyMs * noise * MS, 0, inFlight, nowNs);
      lowest = Math.min(lowest, limit.limit());
      highest = Math.max(highest, limit.limit());
    }
  }

  @Test
  void under_overload_it_comes_to_rest_above_what_the_servers_can_do_and_below_twice_as_much() {
    for (int capacity : new int[] {20, 100, 1000}) {
      AdaptiveLimit limit = new AdaptiveLimit(8, 100_000);
      run(limit, capacity, 20, capacity / 2, 5);
      run(limit, capacity, 20, 100 * capacity, 30);
      run(limit, capacity, 20, 100 * capacity, 20);
      assertThat(lowest).as("lowest for %d", capacity).isGreaterThan(capacity);
      assertThat(highest).as("highest for %d", capacity).isLessThan(2 * capacity + 30);
    }
  }

  @Test
  void it_finds_the_capacity_even_when_it_has_never_seen_a_calm_time() {
    AdaptiveLimit limit = new AdaptiveLimit(8, 100_000);
    run(limit, 30, 20, 10_000, 600);
    run(limit, 30, 20, 10_000, 120);
    assertThat(highest).isLessThan(90);
    assertThat(lowest).isGreaterThan(15);
  }

  @Test
  void a_long_overload_does_not_make_it_drift_away() {
    AdaptiveLimit limit = new AdaptiveLimit(8, 100_000);
    run(limit, 100, 20, 50, 5);
    run(limit, 100, 20, 10_000, 3600);
    run(limit, 100, 20, 10_000, 120);
    assertThat(highest).isLessThan(230);
    assertThat(lowest).as("in a dip").isGreaterThan(50);
  }

  @Test
  void it_follows_servers_that_become_slower_and_faster() {
    AdaptiveLimit limit = new AdaptiveLimit(8, 100_000);
    run(limit, 100, 20, 50, 5);
    run(limit, 100, 20, 10_000, 30);
    run(limit, 40, 20, 10_000, 60);
    assertThat(limit.limit()).as("fewer servers").isBetween(40, 110);
    run(limit, 200, 20, 10_000, 60);
    assertThat(limit.limit()).as("more servers").isBetween(200, 430);
  }

  @Test
  void without_a_crowd_it_does_not_grow() {
    AdaptiveLimit limit = new AdaptiveLimit(8, 100_000);
    run(limit, 100, 20, 20, 60);
    assertThat(limit.limit()).isEqualTo(64);
  }

  @Test
  void many_time_outs_shrink_it_and_it_stays_within_its_bounds() {
    AdaptiveLimit limit = new AdaptiveLimit(10, 100);
    for (int i = 0; i < 200; i++) {
      nowNs += SECOND / 10;
      limit.window(50, 20 * MS, 40, 60, nowNs);
    }
    assertThat(limit.limit()).isEqualTo(10);
    for (int i = 0; i < 400; i++) {
      nowNs += SECOND / 10;
      limit.window(500, 20 * MS, 0, 1000, nowNs);
      assertThat(limit.limit()).isBetween(10, 100);
    }
    limit.bounds(20, 30);
    assertThat(limit.limit()).isBetween(20, 30);
  }

  @Test
  void nothing_seen_changes_nothing() {
    AdaptiveLimit limit = new AdaptiveLimit(8, 1000);
    for (int i = 0; i < 100; i++) {
      nowNs += SECOND / 10;
      limit.window(0, 0, 0, 0, nowNs);
    }
    assertThat(limit.limit()).isEqualTo(64);
    assertThat(limit.baseNs()).isZero();
  }

  @Test
  void impossible_bounds_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new AdaptiveLimit(0, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new AdaptiveLimit(6, 5));
  }

  @Test
  void a_pool_that_adapts_is_limited_from_what_its_servers_show() {
    TestPool pool = TestPool.up(2).limits(new PoolLimits(0, 2, 0.2, 3, false, 500, true, 0));
    pool.start();
    assertThat(pool.state.concurrencyMax()).isEqualTo(64);
    for (int i = 0; i < 60; i++) {
      pool.server(0).acquire(0);
    }
    for (int i = 0; i < 100; i++) {
      pool.answers(0, 100, 10_000_000);
      pool.tick();
    }
    assertThat(pool.state.concurrencyMax()).isBetween(100, 500);
    for (int i = 0; i < 100; i++) {
      pool.tries(0, 100, Outcome.TIMED_OUT);
      pool.tick();
    }
    assertThat(pool.state.concurrencyMax()).isEqualTo(8);
    pool.limits(new PoolLimits(0, 2, 0.2, 3, false, 33, false, 0));
    pool.reload();
    assertThat(pool.state.concurrencyMax()).isEqualTo(33);
  }
}
