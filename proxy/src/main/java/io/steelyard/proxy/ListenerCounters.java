package io.steelyard.proxy;

/**
 * What one loop counts of the listener of a name, through all its addresses and configurations.
 * Loop thread only.
 */
final class ListenerCounters {
  private final String name;
  private final int ordinal;

  /** Responses that no server gave. */
  final ServerCounters own = new ServerCounters();

  final Histogram duration = new Histogram();
  long requests;

  ListenerCounters(String name, int ordinal) {
    this.name = name;
    this.ordinal = ordinal;
  }

  String name() {
    return name;
  }

  /** The listener's number, by which {@link ServerCounters} tell listeners apart. */
  int ordinal() {
    return ordinal;
  }
}
