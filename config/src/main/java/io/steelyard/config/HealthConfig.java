package io.steelyard.config;

import java.time.Duration;

/** How the servers of a pool are checked. */
public record HealthConfig(Check check, Duration interval, Duration timeout, int rise, int fall) {
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
  public static final int DEFAULT_RISE = 2;
  public static final int DEFAULT_FALL = 3;

  /** What is asked of a server. */
  public sealed interface Check {
    /** A connection can be opened. */
    record Tcp() implements Check {}

    /** GET {@code path} answers 200 to 399. */
    record Http(String path) implements Check {}
  }
}
