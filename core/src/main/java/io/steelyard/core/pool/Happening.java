package io.steelyard.core.pool;

import io.steelyard.core.server.ServerId;

/**
 * Something that checks, time or traffic did to a server or a pool: for events, the log and
 * counters.
 *
 * @param server with an empty server name if it is about the whole pool
 * @param reason why it was ejected; {@link Reason#NONE} for what is no ejection
 * @param why in a few words: {@code 5 failures in a row}
 */
public record Happening(Kind kind, ServerId server, Reason reason, String why) {
  /** No ejection. */
  public Happening(Kind kind, ServerId server, String why) {
    this(kind, server, Reason.NONE, why);
  }

  /** What it is about. */
  public enum Kind {
    /** The checks' verdict is up; it may be {@link #HELD} all the same. */
    UP,
    /** The checks' verdict is down; ends a {@link #HELD}. */
    DOWN,
    /** Its traffic failed: it gets none for a while. */
    EJECTED,
    /** The end of an ejection. */
    RETURNED,
    /** It is up, but has to stay so for a while first. */
    HELD,
    /** The end of a hold-down. */
    RELEASED,
    /** So few are healthy that health is not asked for. */
    PANIC_BEGAN,
    /** Enough are healthy again. */
    PANIC_ENDED
  }

  /** Why traffic takes a server out; the labels are those of the metric. */
  public enum Reason {
    NONE(""),
    CONSECUTIVE_FAILURES("consecutive-failures"),
    FAILURE_PERCENTAGE("failure-percentage"),
    LATENCY("latency");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /** The name in metrics and configuration. */
    public String label() {
      return label;
    }
  }
}
