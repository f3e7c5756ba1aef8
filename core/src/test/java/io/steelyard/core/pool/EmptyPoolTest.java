package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.Balancer;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Upstream;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pool that has found no server yet. */
final class EmptyPoolTest {
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void a_pool_without_servers_is_asked_and_watched_and_has_none(Algorithm algorithm) {
    Pool pool =
        new Pool(
            "app",
            Balancing.of(algorithm),
            List.of(),
            PoolTimeouts.DEFAULT,
            PoolLimits.DEFAULT,
            PassiveHealth.NONE,
            HoldDown.DEFAULT,
            LoadReporting.NONE,
            Sticky.NONE,
            Upstream.PLAIN,
            new PoolState("app", 1));
    PoolView view = new PoolView(pool, PoolBalancers.perLoop(pool).get());
    SplittableRandom random = new SplittableRandom(1);
    assertThat(view.pick(7, new Tried(), random, 0)).isEqualTo(Balancer.NONE);
    assertThat(view.moveTo(7, new Tried(), 0)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.NO_SERVER);
    PoolMonitor monitor = new PoolMonitor(pool, 0);
    assertThat(monitor.tick(PoolMonitor.TICK_NS)).isEmpty();
    monitor.follow(pool, 2 * PoolMonitor.TICK_NS);
    assertThat(monitor.alarmed(3 * PoolMonitor.TICK_NS)).isEmpty();
  }
}
