package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.Optional;

/** The balancing algorithms by the names that the configuration gives them. */
public enum Algorithm {
  ROUND_ROBIN("round-robin", "weighted-round-robin"),
  LEAST_CONNECTIONS("least-connections", "weighted-least-connections"),
  IP_HASH("ip-hash", null),
  RANDOM("random", null),
  POWER_OF_TWO("power-of-two", null),
  FIRST("first", null);

  private final String label;
  private final String alias;

  Algorithm(String label, String alias) {
    this.label = label;
    this.alias = alias;
  }

  /** The name in configuration, metrics and the API. */
  public String label() {
    return label;
  }

  /** The algorithm of that name or alias. */
  public static Optional<Algorithm> of(String name) {
    return Arrays.stream(values())
        .filter(a -> a.label.equals(name) || name.equals(a.alias))
        .findFirst();
  }
}
