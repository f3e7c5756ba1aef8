package io.steelyard.core.pool;

import io.steelyard.core.snapshot.HoldDown;
import java.util.ArrayDeque;

/** When a server's verdict went from up to down lately; no more than make it a flapping one. */
final class Flips {
  private final ArrayDeque<Long> atNs = new ArrayDeque<>();

  /** It has gone down; whether that is one time too often. */
  boolean add(HoldDown limits, long nowNs) {
    atNs.addLast(nowNs);
    while (atNs.size() > Math.max(1, limits.flips())) {
      atNs.removeFirst();
    }
    return limits.flips() > 0
        && atNs.size() == limits.flips()
        && nowNs - atNs.getFirst() <= limits.window().toNanos();
  }

  void clear() {
    atNs.clear();
  }
}
