package io.steelyard.sim.plan;

import io.steelyard.sim.engine.Distribution;
import java.util.List;

/**
 * Everything that a simulation depends on: the same scenario gives the same result.
 *
 * @param idempotentShare of the requests, 0 to 1: those may be sent again after they were sent
 * @param bytes of a response
 * @param loops event loops of the balancer; requests come to them at random
 * @param durationNs in which requests come; what is under way then is seen through
 * @param warmUpNs requests that come earlier are left out of the statistics
 */
public record Scenario(
    PoolPlan pool,
    Arrivals arrivals,
    KeyPlan keys,
    double idempotentShare,
    Distribution bytes,
    List<Fault> faults,
    int loops,
    long durationNs,
    long warmUpNs,
    long seed) {
  private static final double BYTES_MEAN = 20_000;

  public Scenario {
    faults = List.copyOf(faults);
  }

  /** No faults, one loop, all requests idempotent, no warm-up, seed 1. */
  public static Scenario of(PoolPlan pool, Arrivals arrivals, long durationNs) {
    return new Scenario(
        pool,
        arrivals,
        KeyPlan.DEFAULT,
        1,
        new Distribution.Exponential(BYTES_MEAN),
        List.of(),
        1,
        durationNs,
        0,
        1);
  }

  /** This one, with another pool. */
  public Scenario with(PoolPlan other) {
    return new Scenario(
        other, arrivals, keys, idempotentShare, bytes, faults, loops, durationNs, warmUpNs, seed);
  }

  /** This one, with other keys. */
  public Scenario with(KeyPlan others) {
    return new Scenario(
        pool, arrivals, others, idempotentShare, bytes, faults, loops, durationNs, warmUpNs, seed);
  }

  /** This one, with other faults. */
  public Scenario with(List<Fault> others) {
    return new Scenario(
        pool, arrivals, keys, idempotentShare, bytes, others, loops, durationNs, warmUpNs, seed);
  }

  /** This one, with so many loops. */
  public Scenario onLoops(int number) {
    return new Scenario(
        pool, arrivals, keys, idempotentShare, bytes, faults, number, durationNs, warmUpNs, seed);
  }

  /** This one, measured only later. */
  public Scenario warmedUpFor(long ns) {
    return new Scenario(
        pool, arrivals, keys, idempotentShare, bytes, faults, loops, durationNs, ns, seed);
  }

  /** This one, of which only a share of the requests is idempotent. */
  public Scenario idempotent(double share) {
    return new Scenario(
        pool, arrivals, keys, share, bytes, faults, loops, durationNs, warmUpNs, seed);
  }

  /** This one, with other chances. */
  public Scenario seeded(long other) {
    return new Scenario(
        pool, arrivals, keys, idempotentShare, bytes, faults, loops, durationNs, warmUpNs, other);
  }
}
