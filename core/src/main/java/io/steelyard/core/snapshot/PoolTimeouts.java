package io.steelyard.core.snapshot;

import java.time.Duration;

/**
 * How long a pool waits for its servers.
 *
 * @param connect until a connection is established, each try
 * @param response from the last byte of the request to the first byte of the response, each try
 * @param idle that a connection without a request is kept
 * @param queue that a request waits for room at a server
 * @param total from the request's head to the first byte of the response, all tries together; zero
 *     is no limit
 */
public record PoolTimeouts(
    Duration connect, Duration response, Duration idle, Duration queue, Duration total) {
  public static final PoolTimeouts DEFAULT =
      new PoolTimeouts(
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ZERO);

  /** These, with other {@code connect}, {@code response} and {@code idle}. */
  public PoolTimeouts with(Duration newConnect, Duration newResponse, Duration newIdle) {
    return new PoolTimeouts(newConnect, newResponse, newIdle, queue, total);
  }
}
