package io.steelyard.core.server;

/** How a try of a request at a server ended, as far as the server is to blame or to praise. */
public enum Outcome {
  /** It answered, and not with one of the server's errors. */
  GOOD,
  /** It answered with a 5xx that speaks of its own trouble (all but 501 and 505). */
  SERVER_ERROR,
  /** No connection could be had, or it broke, or what came was no answer. */
  BROKEN,
  /** It did not answer in time. */
  TIMED_OUT,
  /** The client went away, or the balancer refused: says nothing about the server. */
  NEUTRAL;

  /** Whether it counts against the server. */
  public boolean failed() {
    return this == SERVER_ERROR || this == BROKEN || this == TIMED_OUT;
  }
}
