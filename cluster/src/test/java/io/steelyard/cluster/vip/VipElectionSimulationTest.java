package io.steelyard.cluster.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.vip.VipScenario.Plan;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever befalls nodes and their network, each address has one owner soon after. */
final class VipElectionSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 5000 : 100;
  private static final int STEPS = 40;

  private static VipScenario suffered(long seed, boolean quorum, VipScenario.Maker maker) {
    Plan plan = Plan.random(new SplittableRandom(~seed), quorum);
    VipScenario scenario = new VipScenario(seed, plan, maker);
    scenario.suffer(STEPS);
    scenario.recover();
    return scenario;
  }

  @Test
  void after_any_bad_time_each_address_has_one_owner() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = suffered(seed, false, SimulatedHost::new);
      assertThat(scenario.witness.faults()).as("seed %d, %s", seed, scenario.plan).isEmpty();
    }
  }

  @Test
  void with_quorum_there_are_not_two_owners_for_long_even_while_the_network_is_parted() {
    for (long seed = 0; seed < SEEDS; seed++) {
      VipScenario scenario = suffered(seed, true, SimulatedHost::new);
      assertThat(scenario.witness.faults()).as("seed %d, %s", seed, scenario.plan).isEmpty();
    }
  }
}
