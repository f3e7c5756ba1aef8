package io.steelyard.sim.plan;

/**
 * What requests are hashed by, for the algorithms that do.
 *
 * @param number of different keys
 * @param exponent 0: all are as frequent; 1: the second is half as frequent as the first, the third
 *     a third (Zipf)
 */
public record KeyPlan(int number, double exponent) {
  /** A hundred thousand clients, all alike. */
  public static final KeyPlan DEFAULT = new KeyPlan(100_000, 0);
}
