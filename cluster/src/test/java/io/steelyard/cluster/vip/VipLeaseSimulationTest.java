package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.vip.VipScenario.Plan;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** With leases an address never has two owners; what that costs. */
final class VipLeaseSimulationTest {
  private static final long MS = 1_000_000;
  private static final long INTERVAL_NS = 100 * MS;
  private static final long LEASE_NS = SimulatedVotes.leaseNs(4 * INTERVAL_NS);

  /**
   * With a lease: what is promised, a beat to ask and one to answer, and perhaps a split of votes.
   */
  private static final long TAKEN_NS = LEASE_NS + 6 * INTERVAL_NS;

  /**
   * A look, the skew, a beat that gives back, one that asks, one that answers, and another look.
   */
  private static final long GIVEN_NS = 3 * INTERVAL_NS;

  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 500 : 10;
  private static final Plan PLAN = Plan.SIMPLE.with(VipExclusion.LEASE);
  private static final VipScenario.Maker RIGHT = SimulatedHost::new;

  private static VipScenario.Maker votes(Function<SimulatedHost, SimulatedVotes> maker) {
    return new VipScenario.Maker() {
      @Override
      public SimulatedHost make(
          SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
        return new SimulatedHost(lan, witness, vips, hangNs);
      }

      @Override
      public SimulatedVotes votes(SimulatedHost host) {
        return maker.apply(host);
      }
    };
  }

  private static VipScenario settled(long seed, VipScenario.Maker maker) {
    return new VipScenario(seed, PLAN, maker).settled();
  }

  private static SimulatedHost owner(VipScenario scenario) {
    return scenario.owner(scenario.id(0));
  }

  private static List<SimulatedHost> others(VipScenario scenario) {
    return scenario.lan.hosts.stream().filter(h -> !h.holds(scenario.id(0))).toList();
  }

  /** Until another one has it. */
  private static long waitsForOwnerNs(VipScenario scenario, SimulatedHost before) {
    long startNs = scenario.lan.nowNs();
    while (scenario.lan.nowNs() - startNs < 10_000 * MS) {
      scenario.lan.run(MS);
      if (scenario.witness.holders(scenario.id(0)).stream().anyMatch(h -> h != before.number)) {
        break;
      }
    }
    return scenario.lan.nowNs() - startNs;
  }

  @Test
  void who_does_not_hear_an_owner_that_others_hear_does_not_take() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, RIGHT);
      SimulatedHost owner = owner(scenario);
      SimulatedHost deaf = others(scenario).getFirst();
      scenario.lan.cut(owner.number, deaf.number);
      scenario.lan.run(10_000 * MS);
      assertThat(owner(scenario)).isSameAs(owner);
      assertThat(scenario.witness.twoLongestNs()).isZero();
    }
  }

  @Test
  void only_the_larger_part_of_a_split_has_an_owner() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, RIGHT);
      SimulatedHost owner = owner(scenario);
      scenario.lan.split(Set.of(owner.number));
      assertThat(waitsForOwnerNs(scenario, owner)).as("seed %d", seed).isLessThan(TAKEN_NS);
      assertThat(owner.holds(scenario.id(0))).isFalse();
      assertThat(scenario.witness.twoLongestNs()).as("seed %d", seed).isZero();
    }
  }

  /** For how long there were two while a voter between them began anew. */
  private static long twoWhileVoterBeginsNs(VipScenario.Maker maker) {
    long longestNs = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, maker);
      SimulatedHost owner = owner(scenario);
      SimulatedHost deaf = others(scenario).getFirst();
      SimulatedHost voter = others(scenario).getLast();
      scenario.lan.cut(owner.number, deaf.number);
      scenario.lan.cut(deaf.number, owner.number);
      scenario.lan.run(1000 * MS);
      for (int i = 0; i < 5; i++) {
        voter.kill();
        voter.start();
        scenario.lan.run(scenario.lan.random.nextLong(2 * LEASE_NS));
      }
      longestNs = Math.max(longestNs, scenario.witness.twoLongestNs());
    }
    return longestNs;
  }

  @Test
  void a_voter_that_begins_does_not_promise_what_it_may_have_promised_before() {
    assertThat(twoWhileVoterBeginsNs(RIGHT)).isZero();
  }

  @Test
  void that_a_voter_promises_at_once_when_it_begins_is_found() {
    assertThat(twoWhileVoterBeginsNs(Mistake.FORGETS_WHAT_IT_PROMISED)).isPositive();
  }

  /** For how long there were two while nobody heard the owner, which heard all. */
  private static long twoWhileOwnerIsNotHeardNs(VipScenario.Maker maker) {
    long longestNs = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, maker);
      SimulatedHost owner = owner(scenario);
      others(scenario).forEach(other -> scenario.lan.cut(owner.number, other.number));
      scenario.lan.run(2 * TAKEN_NS);
      longestNs = Math.max(longestNs, scenario.witness.twoLongestNs());
    }
    return longestNs;
  }

  @Test
  void an_owner_that_is_not_heard_has_given_up_before_others_take() {
    assertThat(twoWhileOwnerIsNotHeardNs(RIGHT)).isZero();
  }

  /** There were two: an interval was changed on one node after the other. */
  @Test
  void an_owner_whose_leases_are_longer_than_those_of_others_has_given_up_before_others_take() {
    VipScenario.Maker longer =
        votes(host -> new SimulatedVotes(host, host.number == 0 ? 4 * LEASE_NS : LEASE_NS));
    assertThat(twoWhileOwnerIsNotHeardNs(longer)).isZero();
  }

  @Test
  void that_votes_count_from_when_they_come_is_found() {
    Mistake mistake = Mistake.COUNTS_A_VOTE_FROM_WHEN_IT_COMES;
    assertThat(twoWhileOwnerIsNotHeardNs(mistake)).isPositive();
  }

  @Test
  void what_a_host_without_power_owned_is_taken_soon_after_its_lease() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, RIGHT);
      SimulatedHost owner = owner(scenario);
      owner.crash();
      assertThat(waitsForOwnerNs(scenario, owner)).as("seed %d", seed).isLessThan(TAKEN_NS);
    }
  }

  @Test
  void what_is_given_up_is_taken_within_three_beats_and_two_looks() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, RIGHT);
      SimulatedHost owner = owner(scenario);
      owner.stop();
      assertThat(waitsForOwnerNs(scenario, owner)).as("seed %d", seed).isLessThan(GIVEN_NS);
    }
  }

  @Test
  void an_owner_that_returns_preempts_without_ever_being_a_second_one() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, RIGHT);
      SimulatedHost owner = owner(scenario);
      owner.crash();
      scenario.lan.run(3000 * MS);
      assertThat(owner(scenario)).isNotSameAs(owner);
      owner.start();
      scenario.lan.run(3000 * MS);
      assertThat(owner(scenario)).isSameAs(owner);
      assertThat(scenario.witness.twoLongestNs()).isZero();
    }
  }

  private static long movesByHandOver(VipScenario.Maker maker) {
    long moves = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, maker);
      moves -= scenario.witness.moves();
      owner(scenario).handOver();
      scenario.lan.run(5000 * MS);
      moves += scenario.witness.moves();
    }
    return moves;
  }

  @Test
  void a_new_process_on_the_same_host_goes_on_without_a_gap() {
    assertThat(movesByHandOver(RIGHT)).isZero();
  }

  @Test
  void that_a_new_process_begins_another_life_is_found() {
    VipScenario.Maker another =
        votes(host ->
            new SimulatedVotes(host) {
              @Override
              Membership.Life next(Membership.Life life) {
                return new Membership.Life(life.incarnation() + 1, 7);
              }
            });
    assertThat(movesByHandOver(another)).isPositive();
  }

  @Test
  void a_pause_of_two_intervals_moves_nothing() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = settled(seed, RIGHT);
      long moves = scenario.witness.moves();
      owner(scenario).pause(200 * MS);
      scenario.lan.run(5000 * MS);
      assertThat(scenario.witness.moves()).isEqualTo(moves);
    }
  }
}
