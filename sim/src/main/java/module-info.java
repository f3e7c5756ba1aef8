/**
 * The decisions of core under a virtual clock: servers, faults and clients that are only numbers.
 */
module io.steelyard.sim {
  requires transitive io.steelyard.config;
  requires transitive io.steelyard.core;

  exports io.steelyard.sim.engine;
  exports io.steelyard.sim.plan;
  exports io.steelyard.sim.report;
  exports io.steelyard.sim.world;
}
