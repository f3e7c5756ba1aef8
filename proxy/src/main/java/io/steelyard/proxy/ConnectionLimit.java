package io.steelyard.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients may be connected at a time, over all loops: those of one listener, or all.
 * Touched once when a client comes and once when it goes; nobody waits. Any thread.
 */
final class ConnectionLimit {
  private final ConnectionLimit wider;
  private final AtomicInteger count = new AtomicInteger();
  private volatile int max;

  /** {@code wider} holds, too; null if there is none. */
  ConnectionLimit(ConnectionLimit wider, int max) {
    this.wider = wider;
    this.max = max;
  }

  void max(int next) {
    max = next;
  }

  /** Counts one more client, if it may come in. */
  boolean enter() {
    int now = count.get();
    // Counted only when there is room: a client that is refused is never seen in the count, and
    // takes no place from another loop's.
    while (now < max) {
      if (count.compareAndSet(now, now + 1)) {
        boolean in = wider == null || wider.enter();
        if (!in) {
          count.decrementAndGet();
        }
        return in;
      }
      now = count.get();
    }
    return false;
  }

  /** Counts one more client that is here already. */
  void enterAnyway() {
    count.incrementAndGet();
    if (wider != null) {
      wider.enterAnyway();
    }
  }

  void leave() {
    count.decrementAndGet();
    if (wider != null) {
      wider.leave();
    }
  }

  /** How many are in. */
  int count() {
    return count.get();
  }

  /** Whether the next one would have to wait. */
  boolean full() {
    return count.get() >= max || (wider != null && wider.full());
  }
}
