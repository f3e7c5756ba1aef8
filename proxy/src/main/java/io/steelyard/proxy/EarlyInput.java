package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.net.BufferQueue;
import io.steelyard.net.Connection;

/**
 * What a client sent before its turn. As long as something waits here, no more is read. Loop thread
 * only.
 */
final class EarlyInput {
  private final Connection connection;

  /** Null before the first: most clients never need it. */
  private BufferQueue held;

  EarlyInput(Connection connection) {
    this.connection = connection;
  }

  boolean isEmpty() {
    return held == null || held.isEmpty();
  }

  int buffers() {
    return held == null ? 0 : held.buffers();
  }

  /** Keeps it behind what is held already. */
  void add(Buffer b) {
    queue().add(b);
    connection.pauseReading();
  }

  /** Keeps it before what is held already. */
  void addFirst(Buffer b) {
    queue().addFirst(b);
    connection.pauseReading();
  }

  private BufferQueue queue() {
    if (held == null) {
      held = new BufferQueue();
    }
    return held;
  }

  /** Takes the first; null: there is none. */
  Buffer poll() {
    return held == null ? null : held.poll();
  }

  /** Forgets all. */
  void drop() {
    if (held != null) {
      held.clear();
    }
  }
}
