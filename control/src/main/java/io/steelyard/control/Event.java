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
    /** Somebody changed something through the admin API, or was refused to. */
    AUDIT,
    /** Some nodes try a configuration before all do, or have tried one. */
    CANARY,
    /** A server was found that a pool did not have. */
    SERVER_FOUND,
    /** A server that was found is not there any more. */
    SERVER_GONE,
    /** Where a pool's servers are found gives no answer of any use; those that are known stay. */
    DISCOVERY_FAILS,
    /** It does again. */
    DISCOVERY_WORKS,
    /** Another node is heard, or says something else of its state. */
    NODE_HEARD,
    /** Another node is not heard any more. */
    NODE_LOST,
    /** Another node has said that it goes, and has gone. */
    NODE_LEFT,
    /** This node has taken a virtual address. */
    VIP_OWNED,
    /** This node has given a virtual address up. */
    VIP_GIVEN_UP,
    /** Something about a virtual address is not as it should be. */
    VIP_TROUBLE,
    /** The node gives up serving. */
    DRAINING;

    /** As the API writes it: {@code server-up}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
