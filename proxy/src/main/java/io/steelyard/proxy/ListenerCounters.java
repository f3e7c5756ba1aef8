package io.steelyard.proxy;

/**
 * What one loop counts of the listener of a name, through all its addresses and configurations.
 * Loop thread only.
 */
final class ListenerCounters {
  private final String name;
  private final int slot;

  final Tenure tenure = new Tenure();

  /** Responses to requests that no route led anywhere; in slot 0. */
  final ResponseCounts own = new ResponseCounts();

  final Histogram duration = new Histogram();
  long requests;

  /** Of datagrams; null for a listener that never had any. */
  UdpCounters udp;

  /** Connections from proxies that did not say whom they forward. */
  long preamblesRefused;

  /** Handshakes of TLS that were done in full. */
  long greetings;

  /** The same, of clients that went on with a session of a former connection. */
  long greetingsResumed;

  /** Handshakes that came to nothing. */
  long greetingsRefused;

  ListenerCounters(String name, int slot) {
    this.name = name;
    this.slot = slot;
  }

  String name() {
    return name;
  }

  /** Its number on this loop, by which {@link ResponseCounts} tell listeners apart. */
  int slot() {
    return slot;
  }
}
