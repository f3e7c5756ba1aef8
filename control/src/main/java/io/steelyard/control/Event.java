package io.steelyard.control;

import io.steelyard.core.server.ServerId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that happened, in words.
 *
 * @param sequence 1 for the first, then ascending without gaps
 * @param about the server that it is about; with an empty server name a pool as a whole; empty when
 *     it is about the node
 */
public record Event(long sequence, Instant at, Kind kind, Optional<ServerId> about, String text) {
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
    /** The traffic of a server failed: it gets none for a while. */
    SERVER_EJECTED,
    /** The end of an ejection. */
    SERVER_RETURNED,
    /** A server that is up has flipped so often that it has to stay so for a while first. */
    SERVER_HELD,
    /** The end of a hold-down. */
    SERVER_RELEASED,
    /** So few of a pool are healthy that health is not asked for. */
    POOL_PANIC,
    /** Enough of a pool are healthy again. */
    POOL_CALM,
    /** The operator wished something of a server. */
    WISH,
    /** A server asked for something through its agent. */
    ASKED,
    /** The operator gave a server another weight, or its configured one back. */
    WEIGHT,
    /** What a server reports of its load is broken or missing. */
    LOAD_UNKNOWN,
    /** A server reports its load again. */
    LOAD_KNOWN,
    /** Some nodes try a configuration before all do, or have tried one. */
    CANARY,
    /** The node gives up serving. */
    DRAINING;

    /** As the API writes it: {@code server-up}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
