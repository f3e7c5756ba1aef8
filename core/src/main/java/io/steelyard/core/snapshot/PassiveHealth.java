package io.steelyard.core.snapshot;

import java.time.Duration;

/**
 * When traffic alone takes a server out for a while.
 *
 * @param consecutiveFailures in a row that eject; 0: never
 * @param failurePercentage of the tries of one {@code window}, 0 to 100, from which on a server is
 *     ejected; 0: never
 * @param requestsMin tries of a window without which its percentage or latency says nothing
 * @param latencyFactor a server this many times slower than the pool's median is ejected; 0: never
 * @param window over which percentage and latency are judged
 * @param ejection how long the first time; each further one doubles it, up to {@code ejectionMax};
 *     as long as that without an ejection halves it again
 * @param ejectedMax share of the pool's servers, 0 to 1, that may be ejected at a time; at least
 *     one may if there is another
 */
public record PassiveHealth(
    int consecutiveFailures,
    int failurePercentage,
    int requestsMin,
    double latencyFactor,
    Duration window,
    Duration ejection,
    Duration ejectionMax,
    double ejectedMax) {
  /** Traffic ejects nobody. */
  public static final PassiveHealth NONE =
      new PassiveHealth(
          0, 0, 20, 0, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(5), 0.5);

  /** Whether anything can eject. */
  public boolean active() {
    return consecutiveFailures > 0 || failurePercentage > 0 || latencyFactor > 0;
  }
}
