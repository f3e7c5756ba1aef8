package io.steelyard.sim.plan;

import io.steelyard.sim.engine.Distribution;

/** Where requests come from. */
public sealed interface Arrivals {
  /** So many a second on average, whatever becomes of them (Poisson): many clients. */
  record Rate(double perSecond) implements Arrivals {}

  /** A number of clients, each of which waits for its answer and then pauses: a closed loop. */
  record Clients(int number, Distribution pauseNs) implements Arrivals {}
}
