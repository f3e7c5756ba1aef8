/**
 * Pure decisions: balancing, health, routes, the snapshot, and what explains them. No I/O, clock,
 * randomness or thread of its own.
 */
module io.steelyard.core {
  exports io.steelyard.core.address;
  exports io.steelyard.core.balance;
  exports io.steelyard.core.explain;
  exports io.steelyard.core.health;
  exports io.steelyard.core.metric;
  exports io.steelyard.core.plan;
  exports io.steelyard.core.pool;
  exports io.steelyard.core.route;
  exports io.steelyard.core.server;
  exports io.steelyard.core.session;
  exports io.steelyard.core.snapshot;
}
