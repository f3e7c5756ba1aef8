package io.steelyard.proxy;

import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one loop has noted of sessions and other nodes are to hear: a ring that the loop writes and
 * one other thread reads. When it is full the newest is lost, and counted: comparing the tables
 * finds it later.
 */
final class SessionChanges {
  /** Half a second of 100,000 changes a second. */
  static final int CAPACITY = 1 << 16;

  private final byte[] bytes = new byte[CAPACITY * SessionEntry.BYTES];
  private final ByteBuffer written = ByteBuffer.wrap(bytes);
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong head = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  /** Loop thread. */
  void add(SessionEntry entry) {
    long at = tail.getPlain();
    if (at - head.getAcquire() == CAPACITY) {
      lost.lazySet(lost.getPlain() + 1);
      return;
    }
    written.position(index(at));
    entry.write(written);
    tail.setRelease(at + 1);
  }

  /**
   * Appends what there is and has room.
   *
   * @return how many
   */
  int drain(ByteBuffer into) {
    long from = head.getPlain();
    long to = Math.min(tail.getAcquire(), from + into.remaining() / SessionEntry.BYTES);
    for (long at = from; at < to; at++) {
      into.put(bytes, index(at), SessionEntry.BYTES);
    }
    head.setRelease(to);
    return (int) (to - from);
  }

  boolean isEmpty() {
    return tail.get() == head.get();
  }

  /** Any thread. */
  long lost() {
    return lost.get();
  }

  private static int index(long at) {
    return (int) (at & (CAPACITY - 1)) * SessionEntry.BYTES;
  }
}
