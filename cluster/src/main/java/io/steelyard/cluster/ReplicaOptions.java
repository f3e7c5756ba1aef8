package io.steelyard.cluster;

import java.time.Duration;

/**
 * How often tables are compared.
 *
 * @param compares from one comparison with a neighbour to the next
 * @param comparesAtLeast the same, when what differs never becomes the same: tables that are full
 * @param answers how long an answer is waited for before it is asked again
 */
public record ReplicaOptions(Duration compares, Duration comparesAtLeast, Duration answers) {
  /** For a network that loses little. */
  public static final ReplicaOptions DEFAULT =
      new ReplicaOptions(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(2));

  long comparesNs() {
    return compares.toNanos();
  }

  long comparesAtLeastNs() {
    return comparesAtLeast.toNanos();
  }

  long answersNs() {
    return answers.toNanos();
  }
}
