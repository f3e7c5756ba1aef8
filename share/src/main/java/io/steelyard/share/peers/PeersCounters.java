package io.steelyard.share.peers;

import java.util.concurrent.atomic.LongAdder;

/** What has happened on all links since the start. Any thread reads. */
public final class PeersCounters {
  final LongAdder handshakesRefused = new LongAdder();
  final LongAdder nameClashes = new LongAdder();
  final LongAdder linksMade = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final LongAdder messagesDropped = new LongAdder();

  PeersCounters() {}

  /**
   * Connections that came to no link because the other side was not let in, or was one too many;
   * not those that two nodes did not need because they had a link.
   */
  public long handshakesRefused() {
    return handshakesRefused.sum();
  }

  /** Of {@link #handshakesRefused}, those with another node that has this one's name. */
  public long nameClashes() {
    return nameClashes.sum();
  }

  /** Links that were made. */
  public long linksMade() {
    return linksMade.sum();
  }

  /** Bytes of frames received on links, as on the wire. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes of frames sent on links, as on the wire. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Messages for which a link's queue had no room. */
  public long messagesDropped() {
    return messagesDropped.sum();
  }
}
