package io.steelyard.proxy;

import io.steelyard.core.pool.Lease;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.ServerTraffic;

/**
 * One try of a request at a server: its place there, and what it shows of the server. Used again
 * for the next. Loop thread only.
 */
final class Try {
  private static final int SERVER_ERRORS_FROM = 500;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int VERSION_NOT_SUPPORTED = 505;

  /** Bytes of a long body are told in portions. */
  private static final long PORTION_BYTES = 256 * 1024;

  private final int loop;
  private final Lease lease = new Lease();
  private LoopPool pool;
  private int index;
  private LoopServer server;
  private boolean toUp;
  private long sentNs;
  private long untoldBytes;

  /** The server has shown already that it works. */
  private boolean works;

  Try(int loop) {
    this.loop = loop;
  }

  /** Holds the place that is written to before: at server {@code index} of {@code pool}. */
  Lease lease() {
    return lease;
  }

  /** The place was taken there. */
  void begin(LoopPool at, int serverIndex) {
    pool = at;
    index = serverIndex;
    server = at.server(serverIndex);
    server.began();
    toUp = isUp();
    untoldBytes = 0;
    works = false;
  }

  /** Whether the server was up when it was chosen, and is no more. */
  boolean wentDown() {
    return toUp && !isUp();
  }

  private boolean isUp() {
    return server.state().standing().probed().up();
  }

  boolean taken() {
    return lease.taken();
  }

  LoopPool pool() {
    return pool;
  }

  int index() {
    return index;
  }

  /** The request was sent. */
  void sent(long nowNs) {
    sentNs = nowNs;
  }

  /** The first byte of the response is there. */
  void answered(long nowNs) {
    if (pool.watchesLatency()) {
      traffic().answered(loop, nowNs - sentNs, nowNs);
    }
  }

  void carried(long bytes, long nowNs) {
    if (pool.watchesBytes()) {
      untoldBytes += bytes;
      if (untoldBytes >= PORTION_BYTES) {
        tellBytes(nowNs);
      }
    }
  }

  private void tellBytes(long nowNs) {
    traffic().carried(loop, untoldBytes, nowNs);
    untoldBytes = 0;
  }

  /** The whole response came. */
  void done(int status, long nowNs) {
    end(
        status < SERVER_ERRORS_FROM || status == NOT_IMPLEMENTED || status == VERSION_NOT_SUPPORTED
            ? Outcome.GOOD
            : Outcome.SERVER_ERROR,
        nowNs);
  }

  /**
   * The server works, though this try may go on for long: a row of failures does not wait for its
   * end. How it ends is counted then.
   */
  void works() {
    if (!works) {
      works = true;
      if (pool.watchesOutcomes()) {
        traffic().endRow();
      }
    }
  }

  /** It is over; the place is given back. Nothing if it was over already. */
  void end(Outcome outcome, long nowNs) {
    if (!lease.taken()) {
      return;
    }
    if (pool.watchesOutcomes()) {
      server.state().ended(loop, outcome);
    } else {
      traffic().counted(loop, outcome);
    }
    giveBack(nowNs);
  }

  /** It was none, since its connection had ended for its age alone; the place is given back. */
  void withdrawn(long nowNs) {
    if (lease.taken()) {
      giveBack(nowNs);
    }
  }

  private void giveBack(long nowNs) {
    if (untoldBytes > 0) {
      tellBytes(nowNs);
    }
    server.ended();
    pool.release(index, lease);
  }

  private ServerTraffic traffic() {
    return server.state().traffic();
  }
}
