package io.steelyard.share.peers;

import java.time.Duration;

/**
 * Bounds of the links between nodes.
 *
 * @param handshake how long a connect, and then a handshake, may take
 * @param keepAlive after which an idle link says that it is there
 * @param silence after which a link from which nothing came is cut, at least twice {@code
 *     keepAlive}
 * @param backoffMin between two dials of one address, at first
 * @param backoffMax between two dials of one address, after many failures
 * @param queueBytes of messages that wait on one link, at least {@link
 *     SecureChannel#FRAME_BYTES_MAX}; the memory taken may be twice that
 * @param linksMax nodes that are linked with this one at a time
 * @param handshakesMax connections of others that have not proved themselves at a time
 */
public record PeersOptions(
    Duration handshake,
    Duration keepAlive,
    Duration silence,
    Duration backoffMin,
    Duration backoffMax,
    int queueBytes,
    int linksMax,
    int handshakesMax) {

  /** 2 s, 500 ms, 3 s, 50 ms to 2 s, 16 MiB, 64, 64. */
  public static final PeersOptions DEFAULT =
      new PeersOptions(
          Duration.ofSeconds(2),
          Duration.ofMillis(500),
          Duration.ofSeconds(3),
          Duration.ofMillis(50),
          Duration.ofSeconds(2),
          16 << 20,
          64,
          64);

  /** Refuses what cannot work with an {@link IllegalArgumentException}. */
  public PeersOptions {
    if (handshake.toMillis() < 1 || keepAlive.toMillis() < 1) {
      throw new IllegalArgumentException("a time of less than a millisecond");
    }
    if (silence.compareTo(keepAlive.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("a link may be silent for longer than two keep-alives");
    }
    if (!backoffMin.isPositive() || backoffMax.compareTo(backoffMin) < 0) {
      throw new IllegalArgumentException("backoff from " + backoffMin + " to " + backoffMax);
    }
    if (queueBytes < SecureChannel.FRAME_BYTES_MAX) {
      throw new IllegalArgumentException("a queue of " + queueBytes + " bytes");
    }
    if (linksMax < 1 || handshakesMax < 1) {
      throw new IllegalArgumentException("no links, or no handshakes");
    }
  }
}
