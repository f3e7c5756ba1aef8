package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.Optional;

/** The balancing algorithms by the names that the configuration gives them. */
public enum Algorithm {
  ROUND_ROBIN("round-robin", "weighted-round-robin"),
  LEAST_CONNECTIONS("least-connections", "weighted-least-connections"),
  LEAST_RESPONSE_TIME("least-response-time", null),
  LEAST_BANDWIDTH("least-bandwidth", null),
  CUSTOM_LOAD("custom-load", null),
  IP_HASH("ip-hash", null),
  HASH("hash", null),
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

  /** Whether it tends towards the server with the least to do, so that a newcomer draws it all. */
  public boolean favoursIdle() {
    return switch (this) {
      case LEAST_CONNECTIONS, LEAST_RESPONSE_TIME, LEAST_BANDWIDTH, CUSTOM_LOAD, POWER_OF_TWO ->
          true;
      case ROUND_ROBIN, IP_HASH, HASH, RANDOM, FIRST -> false;
    };
  }

  /** Whether it chooses by the request's key. */
  public boolean hashes() {
    return this == IP_HASH || this == HASH;
  }

  /** The algorithm of that name or alias. */
  public static Optional<Algorithm> of(String name) {
    return Arrays.stream(values())
        .filter(a -> a.label.equals(name) || name.equals(a.alias))
        .findFirst();
  }
}
