package io.steelyard.core.snapshot;

import java.time.Duration;

/**
 * What keeps a server that flips again and again from taking part each time.
 *
 * @param flips from up to down within {@code window} that make it a flapping one; 0: never held
 * @param window in which flips are counted
 * @param period how long it is held down after it is up again; each further flip doubles it
 * @param periodMax the longest
 */
public record HoldDown(int flips, Duration window, Duration period, Duration periodMax) {
  /** Three times down within five minutes. */
  public static final HoldDown DEFAULT =
      new HoldDown(3, Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofMinutes(5));

  /** Never held. */
  public static final HoldDown NONE =
      new HoldDown(0, Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofMinutes(5));
}
