package io.steelyard.sim.report;

import io.steelyard.sim.world.Statistics;

/** What runs are called. */
final class Labels {
  private Labels() {}

  static String of(Statistics run) {
    return run.scenario().pool().balancing().algorithm().label();
  }
}
