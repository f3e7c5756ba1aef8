package io.steelyard.core.snapshot;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import java.time.Duration;

/**
 * How a pool's requests are shared out.
 *
 * @param hashKey what {@code hash} chooses by
 * @param boundedLoad for the algorithms that hash: no server above this multiple of the average; 0
 *     is no bound
 * @param zone the node's own zone if its servers are preferred; empty if zones do not matter
 * @param slowStart how long a recovered or added server takes to reach its whole weight; zero: at
 *     once
 * @param panicThreshold the healthy share, 0 to 1, below which health is not asked for; 0: never
 */
public record Balancing(
    Algorithm algorithm,
    HashKey hashKey,
    double boundedLoad,
    String zone,
    Duration slowStart,
    double panicThreshold) {
  /** The slow start of algorithms that favour idle servers; the others have none by default. */
  public static final Duration SLOW_START_DEFAULT = Duration.ofSeconds(10);

  /** The algorithm with every option at its default. */
  public static Balancing of(Algorithm algorithm) {
    return new Balancing(algorithm, HashKey.ADDRESS, 0, "", slowStartDefault(algorithm), 0);
  }

  /** This, with the servers of that zone preferred. */
  public Balancing inZone(String preferred) {
    return new Balancing(algorithm, hashKey, boundedLoad, preferred, slowStart, panicThreshold);
  }

  /** What {@code slow-start} is when nothing is said. */
  public static Duration slowStartDefault(Algorithm algorithm) {
    return algorithm.favoursIdle() ? SLOW_START_DEFAULT : Duration.ZERO;
  }
}
