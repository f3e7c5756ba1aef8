package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.vip.VipScenario.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Whatever befalls nodes and their network, each address has one owner soon after. */
final class VipElectionSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 5000 : 100;
  private static final int STEPS = 30;

  private static VipScenario suffered(long seed, VipExclusion exclusion, VipScenario.Maker maker) {
    Plan plan = Plan.random(new SplittableRandom(~seed), exclusion);
    VipScenario scenario = new VipScenario(seed, plan, maker);
    scenario.suffer(STEPS);
    scenario.recover(seed % 16 == 0);
    return scenario;
  }

  /** What went wrong, with the seed that shows it again. */
  private static List<String> faults(VipExclusion exclusion) {
    List<String> faults = new ArrayList<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = suffered(seed, exclusion, SimulatedHost::new);
      String where = "seed " + seed + ", " + scenario.plan + ", ";
      scenario.witness.faults().stream().limit(2).forEach(f -> faults.add(where + f));
    }
    return faults;
  }

  @Test
  void after_any_bad_time_each_address_has_one_owner() {
    assertThat(faults(VipExclusion.NONE)).isEmpty();
  }

  @Test
  void with_leases_there_are_never_two_owners_whoever_does_not_hear_whom() {
    assertThat(faults(VipExclusion.LEASE)).isEmpty();
  }

  // ---- planted mistakes

  private static final int FOUND_WITHIN_SEEDS = 40;

  /** How many seeds it takes until a fault shows; more than there may be if none does. */
  private static long foundAfter(VipExclusion exclusion, VipScenario.Maker mistaken) {
    for (long seed = 0; seed < FOUND_WITHIN_SEEDS; seed++) {
      if (!suffered(16 * seed, exclusion, mistaken).witness.faults().isEmpty()) {
        return seed;
      }
    }
    return FOUND_WITHIN_SEEDS;
  }

  /** A voter that forgets counts only between two that do not hear each other: see leases. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "FORGETS_WHAT_IT_PROMISED")
  void a_planted_mistake_is_found(Mistake mistake) {
    long found = foundAfter(mistake.exclusion(), mistake);
    assertThat(found).isLessThan(FOUND_WITHIN_SEEDS);
  }
}
