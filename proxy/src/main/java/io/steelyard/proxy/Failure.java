package io.steelyard.proxy;

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
  RESPONSE_TIMEOUT(504, false);

  private final int status;
  private final boolean nothingSent;

  Failure(int status, boolean nothingSent) {
    this.status = status;
    this.nothingSent = nothingSent;
  }

  int status() {
    return status;
  }

  /** Whether another try is safe for any request. */
  boolean nothingSent() {
    return nothingSent;
  }
}
