package io.steelyard.core.snapshot;

import java.time.Duration;

/**
 * How long a listener waits for its clients.
 *
 * @param head for a request's whole head, from its first byte (or from accept)
 * @param idle between two requests of a connection, or two datagrams of a session
 * @param body between two reads or writes while a body is under way
 * @param tunnel between two bytes in either direction of a TCP or upgraded connection
 */
public record ListenerTimeouts(Duration head, Duration idle, Duration body, Duration tunnel) {
  public static final ListenerTimeouts DEFAULT =
      new ListenerTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofHours(1));
}
