package io.steelyard.core.pool;

import io.steelyard.core.server.ServerId;

/**
 * Something that time or traffic did to a server or a pool: for events, the log and counters.
 *
 * @param server with an empty server name if it is about the whole pool
 * @param why in a few words: {@code 5 failures in a row}
 */
public record Happening(Kind kind, ServerId server, String why) {
  /** What it is about. */
  public enum Kind {
    EJECTED,
    RETURNED,
    HELD,
    RELEASED,
    PANIC_BEGAN,
    PANIC_ENDED
  }
}
