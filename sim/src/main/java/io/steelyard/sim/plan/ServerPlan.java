package io.steelyard.sim.plan;

import io.steelyard.sim.engine.Distribution;

/**
 * A server: how the balancer has it configured, and what it really is.
 *
 * @param latency of one request once it is being worked at
 * @param capacity requests that it works at together; further ones wait in it, first come first
 *     served
 */
public record ServerPlan(
    String name,
    int weight,
    int maxConnections,
    boolean backup,
    String zone,
    Distribution latency,
    int capacity) {
  public ServerPlan {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity " + capacity);
    }
  }

  /** Weight 1, without limit or zone. */
  public static ServerPlan of(String name, Distribution latency, int capacity) {
    return new ServerPlan(name, 1, 0, false, "", latency, capacity);
  }

  /** This one, as another machine. */
  public ServerPlan with(Distribution otherLatency, int otherCapacity) {
    return new ServerPlan(name, weight, maxConnections, backup, zone, otherLatency, otherCapacity);
  }

  /** This one, with another weight. */
  public ServerPlan weighing(int otherWeight) {
    return new ServerPlan(name, otherWeight, maxConnections, backup, zone, latency, capacity);
  }
}
