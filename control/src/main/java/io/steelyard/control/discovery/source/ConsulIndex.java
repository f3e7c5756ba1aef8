package io.steelyard.control.discovery.source;

import java.util.Optional;

/**
 * How far a client of Consul has read, by the rules of its documentation ("Blocking Queries,
 * Implementation Details"): an index below 1 is one of a server that is wrong, and one that goes
 * back means that the state was set up anew, so both begin from nothing.
 */
final class ConsulIndex {
  private long index;

  /** To wait for what is newer; 0 answers at once. */
  long next() {
    return index;
  }

  /** After an answer with this {@code X-Consul-Index}. */
  void answered(Optional<String> header) {
    long now = header.map(ConsulIndex::number).orElse(0L);
    index = now < index ? 0 : now;
  }

  /** What is known may not be what stands there. */
  void reset() {
    index = 0;
  }

  private static long number(String text) {
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
