package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.vip.VipScenario.Plan;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How long it takes until another one owns an address, and when it must stay where it is. */
final class VipTakeoverSimulationTest {
  private static final long MS = 1_000_000;
  private static final long INTERVAL_NS = 100 * MS;
  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 500 : 15;

  /** What packets, and processes that are scheduled late, add. */
  private static final long DELAYS_NS = 4 * MS;

  private static final VipScenario.Maker RIGHT = SimulatedHost::new;

  private static VipScenario settled(long seed, Plan plan, VipScenario.Maker maker) {
    return new VipScenario(seed, plan, maker).settled();
  }

  private static long skewNs(int priority) {
    return (256 - priority) * INTERVAL_NS / 256;
  }

  /** From what happens to its owner until another one has it; or that long if none does. */
  private static long takeoverNs(VipScenario scenario, Consumer<SimulatedHost> happens) {
    VipId id = scenario.id(0);
    SimulatedHost owner = scenario.owner(id);
    // Not always right after an advert.
    scenario.lan.run(scenario.lan.random.nextLong(INTERVAL_NS));
    long startNs = scenario.lan.nowNs();
    happens.accept(owner);
    while (scenario.lan.nowNs() - startNs < 5000 * MS) {
      scenario.lan.run(MS / 4);
      if (scenario.witness.holders(id).stream().anyMatch(h -> h != owner.number)) {
        break;
      }
    }
    return scenario.lan.nowNs() - startNs;
  }

  private static int priorityOfSecond(VipScenario scenario) {
    return scenario.lan.hosts.stream()
        .filter(h -> !h.holds(scenario.id(0)))
        .mapToInt(h -> scenario.priority(h, 0))
        .max()
        .orElseThrow();
  }

  @Test
  void what_a_host_without_power_owned_is_taken_within_the_active_down_interval() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE, RIGHT);
      long boundNs = 3 * INTERVAL_NS + skewNs(priorityOfSecond(scenario)) + DELAYS_NS;
      assertThat(takeoverNs(scenario, SimulatedHost::crash)).isLessThan(boundNs);
    }
  }

  private static long longestHandoverNs(VipScenario.Maker maker) {
    long longestNs = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE, maker);
      long skewNs = skewNs(priorityOfSecond(scenario));
      longestNs = Math.max(longestNs, takeoverNs(scenario, SimulatedHost::stop) - skewNs);
    }
    return longestNs;
  }

  @Test
  void what_a_node_gives_up_on_sigterm_is_taken_within_the_skew_time() {
    assertThat(longestHandoverNs(RIGHT)).isLessThan(DELAYS_NS);
  }

  @Test
  void that_priority_0_is_ignored_or_not_said_is_found() {
    VipScenario.Maker ignores =
        (lan, witness, vips, hangNs) ->
            new SimulatedHost(lan, witness, vips, hangNs) {
              @Override
              void heard(Advert advert, InetAddress from) {
                if (advert.priority() > 0) {
                  super.heard(advert, from);
                }
              }
            };
    VipScenario.Maker silent =
        (lan, witness, vips, hangNs) ->
            new SimulatedHost(lan, witness, vips, hangNs) {
              @Override
              void send(Advert advert) {
                if (advert.priority() > 0) {
                  super.send(advert);
                }
              }
            };
    assertThat(longestHandoverNs(ignores)).isGreaterThan(DELAYS_NS);
    assertThat(longestHandoverNs(silent)).isGreaterThan(DELAYS_NS);
  }

  @Test
  void what_a_dead_process_leaves_behind_is_removed_before_another_has_it() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE, RIGHT);
      assertThat(takeoverNs(scenario, SimulatedHost::kill)).isLessThan(400 * MS);
      assertThat(scenario.witness.holders(scenario.id(0))).hasSize(1);
    }
  }

  @Test
  void a_pause_of_two_intervals_moves_nothing() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE.withVips(2), RIGHT);
      long moves = scenario.witness.moves();
      for (SimulatedHost host : scenario.lan.hosts) {
        host.pause(200 * MS);
        scenario.lan.run(1000 * MS + scenario.lan.random.nextLong(INTERVAL_NS));
      }
      assertThat(scenario.witness.moves()).as("seed %d", seed).isEqualTo(moves);
    }
  }

  @Test
  void a_pause_that_is_shorter_than_the_guard_waits_moves_nothing() {
    assertThat(movesAfterPause(RIGHT)).isZero();
  }

  @Test
  void that_nobody_speaks_for_an_owner_that_is_paused_is_found() {
    VipScenario.Maker silent =
        (lan, witness, vips, hangNs) ->
            new SimulatedHost(lan, witness, vips, hangNs) {
              @Override
              void send(Advert advert) {
                if (!isPaused()) {
                  super.send(advert);
                }
              }
            };
    assertThat(movesAfterPause(silent)).isPositive();
  }

  private static long movesAfterPause(VipScenario.Maker maker) {
    long moves = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE, maker);
      moves -= scenario.witness.moves();
      scenario.owner(scenario.id(0)).pause(290 * MS);
      scenario.lan.run(2000 * MS);
      moves += scenario.witness.moves();
    }
    return moves;
  }

  /** For how long two held an address after a pause of 5 s was over. */
  private static long twoAfterPauseNs(VipScenario.Maker maker, int preempt) {
    long longestNs = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE.withPreempt(preempt), maker);
      SimulatedHost owner = scenario.owner(scenario.id(0));
      owner.pause(5000 * MS);
      scenario.lan.run(4999 * MS);
      assertThat(scenario.witness.holders(scenario.id(0))).hasSize(1);
      assertThat(scenario.owner(scenario.id(0))).isNotSameAs(owner);
      long endNs = scenario.lan.nowNs() + 1000 * MS;
      long sinceNs = 0;
      while (scenario.lan.nowNs() < endNs) {
        scenario.lan.run(MS / 10);
        sinceNs = scenario.witness.holders(scenario.id(0)).size() > 1 ? sinceNs + MS / 10 : 0;
        longestNs = Math.max(longestNs, sinceNs);
      }
    }
    return longestNs;
  }

  @Test
  void an_owner_that_was_stopped_for_seconds_is_no_second_owner() {
    assertThat(twoAfterPauseNs(RIGHT, -1)).isZero();
  }

  /** The one that it takes it from gives up when it hears of it. */
  @Test
  void an_owner_that_was_stopped_and_preempts_is_a_second_owner_while_its_advert_is_on_its_way() {
    assertThat(twoAfterPauseNs(RIGHT, 0)).isLessThan(2 * MS);
  }

  @Test
  void that_an_owner_trusts_itself_after_a_pause_is_found() {
    VipScenario.Maker trusting =
        (lan, witness, vips, hangNs) ->
            new SimulatedHost(lan, witness, vips, hangNs) {
              private long lostNs;
              private long stoppedNs;

              @Override
              void pause(long forNs) {
                stoppedNs = localNs();
                super.pause(forNs);
              }

              @Override
              void resume() {
                if (isPaused()) {
                  lostNs += localNs() - stoppedNs;
                  super.resume();
                }
              }

              @Override
              void relieved(VipId id) {
                act(p -> p.gone(id, localNs()));
              }

              @Override
              void heard(Advert advert, InetAddress from) {
                // It reads late what has come.
                lan.in(20 * MS, () -> super.heard(advert, from));
              }

              @Override
              long localNs() {
                return super.localNs() - lostNs;
              }
            };
    assertThat(twoAfterPauseNs(trusting, -1)).isGreaterThan(2 * MS);
  }

  @Test
  void a_new_process_on_the_same_host_goes_on_without_a_gap() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE.withVips(3), RIGHT);
      long moves = scenario.witness.moves();
      for (SimulatedHost host : scenario.lan.hosts) {
        host.handOver();
        scenario.lan.run(300 * MS);
      }
      assertThat(scenario.witness.moves()).isEqualTo(moves);
    }
  }

  @Test
  void several_nodes_own_one_each_and_a_node_that_returns_gets_its_own_back_after_the_delay() {
    int delayIntervals = 20;
    for (long seed = 0; seed < SEEDS; seed++) {
      Plan plan = Plan.SIMPLE.withHosts(2).withVips(2).withPreempt(delayIntervals);
      VipScenario scenario = settled(seed, plan, RIGHT);
      SimulatedHost first = scenario.owner(scenario.id(0));
      SimulatedHost second = scenario.owner(scenario.id(1));
      assertThat(first).isNotSameAs(second);
      first.crash();
      scenario.lan.run(500 * MS);
      assertThat(scenario.owner(scenario.id(0))).isSameAs(second);
      first.start();
      scenario.lan.run(delayIntervals * INTERVAL_NS);
      assertThat(scenario.owner(scenario.id(0))).isSameAs(second);
      scenario.lan.run(4 * INTERVAL_NS + DELAYS_NS);
      assertThat(scenario.owner(scenario.id(0))).isSameAs(first);
      assertThat(scenario.owner(scenario.id(1))).isSameAs(second);
    }
  }

  @Test
  void after_a_split_all_clients_find_the_owner_that_stays_at_once() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, Plan.SIMPLE.withHosts(4).withVips(2), RIGHT);
      scenario.lan.split(Set.of(0, 1));
      scenario.lan.run(10_000 * MS);
      assertThat(scenario.witness.holders(scenario.id(0))).hasSize(2);
      scenario.lan.heal();
      scenario.lan.run(INTERVAL_NS + DELAYS_NS);
      assertThat(scenario.witness.holders(scenario.id(0))).hasSize(1);
      scenario.lan.run(50 * MS);
      scenario.checkClients();
      assertThat(scenario.witness.faults()).as("seed %d", seed).isEmpty();
    }
  }

  /** Each has the higher address on one of the two networks. */
  @Test
  void two_equal_nodes_come_to_own_a_group_together() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Plan plan = Plan.SIMPLE.withHosts(2).withVips(2).withGroup();
      VipScenario scenario = new VipScenario(seed, plan, RIGHT);
      scenario.makeEqual();
      scenario.settled();
      scenario.lan.run(3000 * MS);
      assertThat(scenario.owner(scenario.id(0))).isSameAs(scenario.owner(scenario.id(1)));
    }
  }

  @Test
  void a_seed_gives_the_same_again() {
    List<Long> moves = List.of(7L, 7L).stream().map(VipTakeoverSimulationTest::moves).toList();
    assertThat(moves.get(0)).isPositive().isEqualTo(moves.get(1));
  }

  private static long moves(long seed) {
    VipScenario scenario = new VipScenario(seed, Plan.SIMPLE, RIGHT);
    scenario.suffer(20);
    return scenario.witness.moves();
  }
}
