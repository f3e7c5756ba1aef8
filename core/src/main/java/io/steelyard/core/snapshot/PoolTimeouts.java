package io.steelyard.core.snapshot;

import java.time.Duration;

/**
 * How long a pool waits for its servers.
 *
 * @param connect until a connection is established, each try
 * @param response from the last byte of the request to the first byte of the response
 * @param idle that a connection without a request is kept
 */
public record PoolTimeouts(Duration connect, Duration response, Duration idle) {
  public static final PoolTimeouts DEFAULT =
      new PoolTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(30));
}
