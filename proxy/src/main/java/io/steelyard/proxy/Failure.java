package io.steelyard.proxy;

import io.steelyard.core.server.Outcome;

/** What went wrong on a server's side, and the status that tells the client. */
enum Failure {
  /** No connection came about: nothing was sent. */
  CONNECT(503, true),
  /** The same, for want of something on this side: no server is to blame, none would do better. */
  OURS(503, false),
  /** The same as the first, for want of an answer to the connect. */
  CONNECT_TIMEOUT(504, true),
  /** The connection ended before the whole answer was there. */
  CLOSED(502, false),
  /** The answer breaks the protocol. */
  BAD_RESPONSE(502, false),
  /** The answer did not come, or stopped coming. */
  RESPONSE_TIMEOUT(504, false),
  /** The checks found the server down while its answer was waited for. */
  WENT_DOWN(502, false),
  /** All tries together took too long. */
  TOTAL_TIMEOUT(504, false);

  private final int status;
  private final boolean nothingSent;

  Failure(int status, boolean nothingSent) {
    this.status = status;
    this.nothingSent = nothingSent;
  }

  /** What it says of the server. */
  Outcome outcome() {
    return switch (this) {
      case CONNECT_TIMEOUT, RESPONSE_TIMEOUT, WENT_DOWN -> Outcome.TIMED_OUT;
      case CONNECT, CLOSED, BAD_RESPONSE -> Outcome.BROKEN;
      case OURS, TOTAL_TIMEOUT -> Outcome.NEUTRAL;
    };
  }

  /** Who ended the exchange, as the access log says it. */
  Side side() {
    return this == OURS ? Side.BALANCER : Side.SERVER;
  }

  /** Whether a request that may be done twice may go to another server when nothing came back. */
  boolean mayBeRepeated() {
    return this == CLOSED || this == RESPONSE_TIMEOUT || this == WENT_DOWN;
  }

  /** Whether the server failed, and not the balancer's patience with it. */
  boolean failsAgain() {
    return this != OURS && this != WENT_DOWN && this != TOTAL_TIMEOUT;
  }

  int status() {
    return status;
  }

  /** Whether another try is safe for any request. */
  boolean nothingSent() {
    return nothingSent;
  }
}
