package io.steelyard.control;

import java.time.Instant;
import java.util.Locale;

/**
 * Something that happened, in words.
 *
 * @param sequence 1 for the first, then ascending without gaps
 */
public record Event(long sequence, Instant at, Kind kind, String text) {
  /** What it is about. */
  public enum Kind {
    /** A configuration is being served. */
    CONFIGURED,
    /** A configuration was refused; what ran before goes on. */
    REFUSED,
    /** The checks of a server turned good. */
    SERVER_UP,
    /** The checks of a server turned bad. */
    SERVER_DOWN,
    /** The operator wished something of a server. */
    WISH,
    /** The node gives up serving. */
    DRAINING;

    /** As the API writes it: {@code server-up}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
