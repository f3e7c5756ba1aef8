package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class SlowStartTest {
  private static final int FULL = ServerState.FULL_RAMP;

  @Test
  void servers_that_are_there_from_the_first_need_no_slow_start() {
    TestPool pool = TestPool.awaiting(2).slowStart(10).start();
    pool.check(0, true);
    pool.tick();
    assertThat(pool.takesNew(0)).isTrue();
    assertThat(pool.server(0).ramp()).isEqualTo(FULL);
  }

  @Test
  void a_recovered_server_starts_with_a_tenth_and_grows_in_a_straight_line_without_a_step() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    pool.goesDown(0);
    pool.seconds(30);
    pool.comesUp(0);
    assertThat(pool.takesNew(0)).isTrue();
    assertThat(pool.server(0).ramp()).isEqualTo(26);
    int before = 26;
    for (int i = 1; i <= 100; i++) {
      pool.tick();
      int ramp = pool.server(0).ramp();
      assertThat(ramp).as("after %d ticks", i).isBetween(before, before + 3);
      assertThat((double) ramp).isBetween(25 + 2.3 * i, 27 + 2.3 * i);
      before = ramp;
    }
    assertThat(before).isEqualTo(FULL);
  }

  @Test
  void a_server_that_was_down_at_the_first_check_starts_slowly_when_it_recovers() {
    TestPool pool = TestPool.awaiting(2).slowStart(10).start();
    pool.check(0, false);
    pool.check(1, true);
    pool.comesUp(0);
    assertThat(pool.server(0).ramp()).isEqualTo(26);
    assertThat(pool.server(1).ramp()).isEqualTo(FULL);
  }

  @Test
  void an_added_server_starts_at_its_first_verdict() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    ServerState added = pool.add(Health.awaiting(2, 3));
    pool.reload();
    pool.seconds(20);
    assertThat(added.standing().takesNew()).isFalse();
    pool.check(2, true);
    assertThat(added.ramp()).isEqualTo(26);
    assertThat(added.standing().takesNew()).isTrue();
    pool.seconds(10);
    assertThat(added.ramp()).isEqualTo(FULL);
  }

  @Test
  void an_added_server_that_nobody_checks_starts_before_any_loop_has_seen_it() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    ServerState added = pool.add(Health.unknown(1, 1));
    pool.reload();
    assertThat(added.ramp()).isEqualTo(26);
  }

  @Test
  void a_server_that_comes_from_maintenance_starts_slowly() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    pool.wish(1, Wish.MAINTENANCE);
    pool.seconds(5);
    pool.wish(1, Wish.SERVE);
    assertThat(pool.server(1).ramp()).isEqualTo(26);
  }

  @Test
  void a_reload_goes_on_with_a_ramp_that_has_begun() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    pool.goesDown(0);
    pool.comesUp(0);
    pool.seconds(5);
    int halfWay = pool.server(0).ramp();
    pool.reload();
    assertThat(pool.server(0).ramp()).isEqualTo(halfWay).isBetween(138, 143);
    pool.seconds(5);
    assertThat(pool.server(0).ramp()).isEqualTo(FULL);
  }

  @Test
  void a_server_that_has_moved_is_a_new_one() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    Server old = pool.servers.get(1);
    pool.servers.set(
        1,
        new Server("b", new InetSocketAddress("127.0.0.9", 80), 1, 0, false, "", pool.server(1)));
    assertThat(old.state()).isSameAs(pool.server(1));
    pool.reload();
    assertThat(pool.server(1).ramp()).isEqualTo(26);
  }

  @Test
  void a_suspended_machine_does_not_make_a_ramp_jump() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    pool.goesDown(0);
    pool.comesUp(0);
    pool.nowNs += 3600 * TestPool.SECOND;
    pool.tick();
    assertThat(pool.server(0).ramp()).isBetween(27, 26 + FULL / 8);
  }

  @Test
  void without_slow_start_the_whole_weight_counts_at_once() {
    TestPool pool = TestPool.up(2).start();
    pool.goesDown(0);
    pool.comesUp(0);
    assertThat(pool.server(0).ramp()).isEqualTo(FULL);
  }

  @Test
  void switching_slow_start_off_ends_the_ramps() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    pool.goesDown(0);
    pool.comesUp(0);
    pool.slowStart(0);
    pool.reload();
    pool.tick();
    assertThat(pool.server(0).ramp()).isEqualTo(FULL);
  }

  @Test
  void no_loop_sees_a_recovered_server_with_its_whole_weight_first() {
    TestPool pool = TestPool.up(2).slowStart(10).start();
    pool.goesDown(0);
    int epoch = pool.state.epoch();
    pool.comesUp(0);
    // Score, ramp, standing: the ramp is written while the server takes no part.
    assertThat(pool.state.epoch() - epoch).isEqualTo(3);
    assertThat(pool.server(0).ramp()).isEqualTo(26);
  }
}
