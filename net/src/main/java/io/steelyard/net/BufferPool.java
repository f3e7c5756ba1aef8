package io.steelyard.net;

import io.steelyard.net.sys.Libc;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The buffers of one loop: bounded, grown in slabs when needed, last in first out so that the cache
 * stays warm. Used by the loop's thread only; the counters may be read by all.
 */
@SuppressWarnings("exports") // Libc is for the transports, which are of this module
public final class BufferPool {
  private static final int SLAB_BUFFERS = 64;

  private final Libc libc;
  private final int limit;
  private final List<MemorySegment> slabs = new ArrayList<>();
  private Buffer[] all = new Buffer[0];
  private Buffer[] free = new Buffer[0];
  private int freeCount;
  private long exhausted;

  /** At most {@code limit} buffers, rounded up to whole slabs of 64. */
  public BufferPool(Libc libc, int limit) {
    this.libc = libc;
    this.limit = Math.ceilDiv(limit, SLAB_BUFFERS) * SLAB_BUFFERS;
  }

  /**
   * A buffer, empty and placed behind the headroom; null when the limit is reached, which is
   * counted.
   */
  public Buffer take() {
    if (freeCount == 0 && !grow()) {
      exhausted++;
      return null;
    }
    Buffer b = free[--freeCount];
    b.own(true);
    b.next(null);
    b.more(false);
    return b.range(Buffer.HEADROOM, Buffer.HEADROOM);
  }

  /**
   * As {@link #take}, for what peers send: not the last sixteenth, so that what is under way can
   * still be answered and ended.
   */
  public Buffer takeToReceive() {
    if (limit - inUse() <= limit / 16) {
      exhausted++;
      return null;
    }
    return take();
  }

  void release(Buffer b) {
    if (!b.owned()) {
      // Two owners would write into one buffer: better one connection ends.
      throw new IllegalStateException("buffer " + b.index() + " is released twice");
    }
    b.own(false);
    free[freeCount++] = b;
  }

  /** The buffer of that index. */
  public Buffer at(int index) {
    return all[index];
  }

  /** How many are in somebody's hands. */
  public int inUse() {
    return all.length - freeCount;
  }

  /** Whether less than an eighth of the limit is left: time to hold back. */
  public boolean scarce() {
    return limit - inUse() < limit / 8;
  }

  public int limit() {
    return limit;
  }

  /** How often there was none left. */
  public long exhausted() {
    return exhausted;
  }

  private boolean grow() {
    int old = all.length;
    if (old >= limit) {
      return false;
    }
    MemorySegment slab = libc.mmap((long) SLAB_BUFFERS * Buffer.CAPACITY, -1, 0);
    slabs.add(slab);
    all = Arrays.copyOf(all, old + SLAB_BUFFERS);
    free = Arrays.copyOf(free, old + SLAB_BUFFERS);
    for (int i = SLAB_BUFFERS - 1; i >= 0; i--) {
      Buffer b =
          new Buffer(this, slab.asSlice((long) i * Buffer.CAPACITY, Buffer.CAPACITY), old + i);
      all[old + i] = b;
      free[freeCount++] = b;
    }
    return true;
  }

  /** Unmaps the memory; only when nothing of the kernel refers to it any more. */
  public void close() {
    slabs.forEach(libc::munmap);
    slabs.clear();
    all = new Buffer[0];
    free = new Buffer[0];
    freeCount = 0;
  }
}
