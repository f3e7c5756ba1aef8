package io.steelyard.net.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.Buffer;
import io.steelyard.net.BufferPool;
import io.steelyard.net.sys.Libc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Buffers lent to the kernel, which picks one for each receive (IORING_REGISTER_PBUF_RING). Kept
 * small while that is enough: the kernel goes round, and a small circle stays in the cache.
 */
final class ProvidedBuffers {
  static final int ENTRIES = 1024;
  private static final int FIRST_TARGET = 128;
  private static final int ENTRY_BYTES = 16;
  private static final int TAIL_OFFSET = 14;

  private final BufferPool pool;
  private final MemorySegment ring;
  private final Libc libc;
  private int target = FIRST_TARGET;
  private int lent;
  private int tail;

  ProvidedBuffers(Libc libc, BufferPool pool) {
    this.libc = libc;
    this.pool = pool;
    this.ring = libc.mmap((long) ENTRIES * ENTRY_BYTES, -1, 0);
  }

  MemorySegment ring() {
    return ring;
  }

  /** How many the kernel has. */
  int lent() {
    return lent;
  }

  /** The kernel used this one: it is ours again. */
  Buffer taken(int index, int bytes) {
    lent--;
    Buffer b = pool.at(index);
    return b.range(Buffer.HEADROOM, Buffer.HEADROOM + bytes);
  }

  /** The kernel ran out: it gets more from now on. */
  void ranOut() {
    target = Math.min(target * 2, ENTRIES);
  }

  /** Lends buffers up to the target; called once for each batch of completions. */
  void replenish() {
    if (lent >= target) {
      return;
    }
    while (lent < target) {
      Buffer b = pool.takeToReceive();
      if (b == null) {
        break;
      }
      long at = (long) (tail & (ENTRIES - 1)) * ENTRY_BYTES;
      ring.set(JAVA_LONG, at, b.address());
      ring.set(JAVA_INT, at + 8, Buffer.RECEIVE_BYTES);
      ring.set(JAVA_SHORT, at + 12, (short) b.index());
      tail++;
      lent++;
    }
    VarHandle.releaseFence();
    ring.set(JAVA_SHORT, TAIL_OFFSET, (short) tail);
  }

  void close() {
    libc.munmap(ring);
  }
}
