package io.steelyard.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.Allocation;
import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Candidates;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerState;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PoolViewTest {
  private static final List<Wish> WISHES = List.of(Wish.values());
  private static final Health UP = Health.awaiting(2, 3).passed();

  private final SplittableRandom random = new SplittableRandom(2);
  private final Tried tried = new Tried();
  private final TestPool pool = new TestPool(2);

  /** The first that is usable, asking everything there is to ask. */
  private static final class Curious implements Balancer {
    private double asked;

    @Override
    public int pick(Candidates c, long key, RandomGenerator random) {
      for (int i = 0; i < c.size(); i++) {
        asked += c.load(i) + c.totalLoad() + c.latencyNs(i) + c.bytesPerSecond(i);
        asked += c.reportedLoad(i) + c.epoch();
        if (c.usable(i) && c.weight(i) > 0) {
          return i;
        }
      }
      return NONE;
    }
  }

  private PoolView view() {
    return new PoolView(pool.pool(), new Curious());
  }

  private int pick(PoolView view) {
    return view.pick(0, tried, random, pool.nowNs);
  }

  private void standing(int i, Standing standing) {
    pool.server(i).standing(standing);
  }

  @Test
  void changes_are_seen_by_the_next_pick() {
    pool.add(UP);
    pool.add(UP);
    PoolView view = view();
    assertThat(pick(view)).isZero();
    standing(0, new Standing(Wish.MAINTENANCE, UP));
    assertThat(pick(view)).isEqualTo(1);
    standing(0, new Standing(Wish.SERVE, UP));
    assertThat(pick(view)).isZero();
    pool.server(0).ramp(26);
    assertThat(view.weight(0)).as("until the next pick").isEqualTo(256);
    pick(view);
    assertThat(view.weight(0)).isEqualTo(26);
  }

  @Test
  void what_another_loops_view_has_worked_out_is_taken_over_and_changes_are_seen_then() {
    pool.add(UP);
    pool.add(UP);
    standing(0, new Standing(Wish.MAINTENANCE, UP));
    pool.server(1).ramp(26);
    PoolView first = view();
    first.prepare(random, pool.nowNs);
    PoolView second = view();
    second.prepare(first, random, pool.nowNs);
    assertThat(second.epoch()).isEqualTo(first.epoch());
    assertThat(second.member(0)).isFalse();
    assertThat(second.weight(1)).isEqualTo(26);
    assertThat(pick(second)).isEqualTo(1);
    standing(0, new Standing(Wish.SERVE, UP));
    assertThat(pick(second)).isZero();
  }

  @Test
  void while_nothing_changes_no_standing_is_looked_at() {
    pool.add(UP);
    PoolView view = view();
    pick(view);
    int epoch = view.epoch();
    pool.server(0).standing(new Standing(Wish.SERVE, UP));
    pool.server(0).ramp(ServerState.FULL_RAMP);
    pick(view);
    assertThat(view.epoch()).isEqualTo(epoch);
  }

  @Test
  void it_says_why_nobody_could_be_picked() {
    assertThat(view().whyNone()).isEqualTo(Refusal.NO_SERVER);
    pool.add(UP, 1, 1, false);
    pool.add(UP, 1, 1, false);
    PoolView view = view();
    tried.add(0);
    pool.server(1).acquire(0);
    assertThat(pick(view)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_FULL);
    tried.add(1);
    pick(view);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_TRIED);
    pool.state.concurrencyMax(1);
    assertThat(pick(view)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.POOL_FULL);
    pool.state.concurrencyMax(0);
    tried.clear();
    standing(0, new Standing(Wish.SERVE, UP.failed().failed().failed()));
    standing(1, new Standing(Wish.DRAIN, UP));
    pick(view);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_DOWN);
    assertThat(Refusal.ALL_FULL.passes()).isTrue();
    assertThat(Refusal.ALL_TRIED.passes()).isFalse();
  }

  /**
   * The monitor writes the verdict first and lets others back in after that: a loop may look in
   * between.
   */
  @Test
  void when_the_last_one_goes_down_those_that_are_only_held_or_ejected_take_over_at_once() {
    pool.add(UP);
    pool.add(UP);
    pool.add(UP);
    PoolView view = view();
    standing(1, new Standing(Wish.SERVE, UP).ejected(true));
    standing(2, new Standing(Wish.SERVE, UP).held(true));
    assertThat(pick(view)).isZero();
    standing(0, new Standing(Wish.SERVE, UP.failed().failed().failed()));
    assertThat(pick(view)).isEqualTo(2);
    standing(2, new Standing(Wish.MAINTENANCE, UP));
    assertThat(pick(view)).isEqualTo(1);
  }

  @Test
  void a_full_server_is_waited_for_before_one_that_is_ejected_gets_anything() {
    pool.add(UP);
    pool.add(UP, 1, 1, false);
    pool.add(UP);
    PoolView view = view();
    standing(2, new Standing(Wish.SERVE, UP).ejected(true));
    pool.server(1).acquire(0);
    tried.add(0);
    assertThat(pick(view)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_FULL);
    tried.add(1);
    assertThat(pick(view)).isEqualTo(2);
  }

  /** Of four servers that crash in turn three may be held when the last one crashes. */
  @Test
  void a_request_that_failed_everywhere_goes_to_servers_that_are_only_held_or_ejected() {
    pool.add(UP);
    pool.add(UP, 2, 0, false);
    pool.add(UP);
    pool.add(UP);
    pool.add(UP);
    PoolView view = view();
    standing(1, new Standing(Wish.SERVE, UP).held(true));
    standing(2, new Standing(Wish.SERVE, UP).ejected(true));
    standing(3, new Standing(Wish.DRAIN, UP).held(true));
    standing(4, new Standing(Wish.SERVE, UP.failed().failed().failed()));
    assertThat(pick(view)).isZero();
    tried.add(0);
    assertThat(pick(view)).isEqualTo(1);
    tried.add(1);
    assertThat(pick(view)).isEqualTo(2);
    tried.add(2);
    assertThat(pick(view)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_TRIED);
  }

  @Test
  void when_nobody_is_wanted_nobody_is_called_down() {
    pool.add(UP);
    pool.add(UP.failed().failed().failed());
    pool.add(UP, 0, 0, false);
    PoolView view = view();
    standing(0, new Standing(Wish.DRAIN, UP));
    standing(1, new Standing(Wish.MAINTENANCE, UP.failed().failed().failed()));
    assertThat(pick(view)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.NONE_WANTED);
  }

  @Test
  void a_limit_that_a_server_asks_for_is_followed_at_once() {
    pool.add(UP);
    PoolView view = view();
    pool.server(0).acquire(0);
    assertThat(pick(view)).isZero();
    pool.server(0).maxAsked(1);
    assertThat(pick(view)).isEqualTo(Balancer.NONE);
    assertThat(view.whyNone()).isEqualTo(Refusal.ALL_FULL);
    pool.server(0).maxAsked(2);
    assertThat(pick(view)).isZero();
  }

  @Test
  void who_awaits_the_first_verdict_takes_requests_only_while_nobody_else_does() {
    pool.add(Health.awaiting(2, 3));
    pool.add(UP);
    PoolView view = view();
    assertThat(pick(view)).isEqualTo(1);
    standing(1, new Standing(Wish.DRAIN, UP));
    assertThat(pick(view)).isZero();
  }

  @Test
  void in_a_panic_all_that_are_wanted_take_part_and_nobody_else() {
    Health down = UP.failed().failed().failed();
    pool.add(down);
    pool.add(UP);
    pool.add(UP);
    standing(1, new Standing(Wish.MAINTENANCE, UP));
    PoolView view = view();
    assertThat(pick(view)).isEqualTo(2);
    pool.state.panic(true);
    assertThat(pick(view)).isZero();
    tried.add(0);
    assertThat(pick(view)).isEqualTo(2);
  }

  @Test
  void it_admits_whom_a_plain_reading_of_the_rules_admits() {
    for (int i = 0; i < 5; i++) {
      pool.add(Health.awaiting(2, 3), i % 3, 0, false);
    }
    PoolView view = view();
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(5);
      Health health =
          switch (random.nextInt(3)) {
            case 0 -> Health.awaiting(2, 3);
            case 1 -> UP;
            default -> UP.failed().failed().failed();
          };
      Wish wish = WISHES.get(random.nextInt(3));
      standing(
          i,
          new Standing(wish, Wish.SERVE, health, random.nextInt(4) == 0, random.nextInt(4) == 0));
      pool.state.panic(random.nextInt(10) == 0);
      pick(view);
      boolean[] expected = new boolean[5];
      boolean any = admit(expected, this::takesPart);
      any = any || admit(expected, s -> isUp(s) && !pool.server(s).standing().ejected());
      any = any || admit(expected, s -> isUp(s) && pool.server(s).standing().ejected());
      any = any || admit(expected, this::awaits);
      for (int s = 0; s < 5; s++) {
        assertThat(view.member(s)).isEqualTo(expected[s]);
      }
    }
  }

  /** Returns whether anybody has been admitted who has a weight. */
  private boolean admit(boolean[] admitted, IntPredicate rule) {
    boolean any = false;
    for (int s = 0; s < admitted.length; s++) {
      admitted[s] |= rule.test(s);
      any |= admitted[s] && pool.servers.get(s).weight() > 0;
    }
    return any;
  }

  private boolean isUp(int i) {
    Standing standing = pool.server(i).standing();
    return standing.wanted() && standing.probed().up();
  }

  private boolean awaits(int i) {
    Standing standing = pool.server(i).standing();
    return standing.wanted() && !standing.probed().known() && !standing.ejected();
  }

  private boolean takesPart(int i) {
    Standing standing = pool.server(i).standing();
    return pool.state.panic() ? standing.wanted() : standing.takesNew();
  }

  @Test
  void a_pick_allocates_nothing_not_even_when_something_has_changed() {
    for (int i = 0; i < 20; i++) {
      pool.add(i < 19 ? UP.failed().failed().failed() : UP);
    }
    Curious curious = new Curious();
    PoolView view = new PoolView(pool.pool(), curious);
    long bytes =
        Allocation.bytes(
            10_000,
            () -> {
              pool.state.touch();
              view.changed(view.pick(1, tried, random, pool.nowNs), pool.nowNs);
            });
    assertThat(bytes).isZero();
    assertThat(curious.asked).isNotZero();
  }
}
