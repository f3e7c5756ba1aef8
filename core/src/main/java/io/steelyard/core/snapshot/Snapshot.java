package io.steelyard.core.snapshot;

import java.util.List;

/**
 * Everything that a request may consult; replaced whole. Routes name pools by their index in {@code
 * pools}.
 *
 * @param revision grows with each snapshot that is published
 */
public record Snapshot(long revision, List<Listener> listeners, List<Pool> pools) {
  public static final Snapshot EMPTY = new Snapshot(0, List.of(), List.of());

  public Snapshot {
    listeners = List.copyOf(listeners);
    pools = List.copyOf(pools);
  }
}
