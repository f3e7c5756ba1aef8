package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import org.junit.jupiter.api.Test;

/** Where sessions may stay, and where they go when they may not. */
class SessionPlaceTest {
  private static final int SESSIONS = 2000;

  private final Tried tried = new Tried();

  private static PoolView view(TestPool pool) {
    return new PoolView(pool.pool(), (candidates, key, random) -> Balancer.NONE);
  }

  private int moveTo(PoolView view, long session) {
    return view.moveTo(session, tried, 0);
  }

  @Test
  void sessions_stay_at_servers_that_drain_or_await_their_first_verdict() {
    TestPool pool = TestPool.up(1);
    pool.add(Health.awaiting(2, 3));
    PoolView view = view(pool);
    assertThat(view.keeps(0)).isTrue();
    assertThat(view.keeps(1)).isTrue();
    pool.server(0).standing(new Standing(Wish.DRAIN, Health.awaiting(2, 3).passed()));
    assertThat(view.keeps(0)).isTrue();
    assertThat(view.takesNew(0)).isFalse();
    pool.server(0).standing(new Standing(Wish.MAINTENANCE, Health.awaiting(2, 3).passed()));
    assertThat(view.keeps(0)).isFalse();
    pool.server(1).standing(new Standing(Wish.SERVE, Health.awaiting(2, 3).failed()));
    assertThat(view.keeps(1)).isFalse();
    pool.state.panic(true);
    assertThat(view.keeps(0)).isFalse();
    assertThat(view.keeps(1)).isTrue();
  }

  @Test
  void sessions_move_by_weight_and_only_those_of_the_server_that_goes() {
    TestPool pool = TestPool.up(2);
    pool.add(Health.awaiting(2, 3).passed(), 2, 0, false);
    PoolView view = view(pool);
    int[] counts = new int[3];
    int[] before = new int[SESSIONS];
    for (int i = 0; i < SESSIONS; i++) {
      before[i] = moveTo(view, i);
      counts[before[i]]++;
    }
    assertThat(counts[2]).isBetween(SESSIONS / 2 - 100, SESSIONS / 2 + 100);
    pool.server(0).standing(new Standing(Wish.SERVE, Health.awaiting(2, 3).failed()));
    for (int i = 0; i < SESSIONS; i++) {
      int now = moveTo(view, i);
      assertThat(now).isNotZero();
      assertThat(before[i] == 0 || now == before[i]).isTrue();
    }
  }

  @Test
  void a_session_waits_for_a_full_server_and_does_not_go_to_a_backup() {
    TestPool pool = new TestPool(1);
    pool.add(Health.awaiting(2, 3).passed(), 1, 1, false);
    pool.add(Health.awaiting(2, 3).passed(), 1, 0, true);
    PoolView view = view(pool);
    assertThat(moveTo(view, 7)).isZero();
    pool.server(0).acquire(0);
    assertThat(moveTo(view, 7)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_FULL);
    pool.server(0).release(0);
    pool.server(0).standing(new Standing(Wish.SERVE, Health.awaiting(2, 3).failed()));
    assertThat(moveTo(view, 7)).isEqualTo(1);
  }
}
