package io.steelyard.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Lines from one loop to the log's thread: a ring of bytes with one writer and one reader, without
 * locks. When it is full, lines are dropped and counted; the loop never waits.
 */
final class LogRing {
  static final int BYTES = 1 << 20;
  private static final int MASK = BYTES - 1;
  private static final VarHandle WRITTEN;
  private static final VarHandle READ;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WRITTEN = lookup.findVarHandle(LogRing.class, "written", long.class);
      READ = lookup.findVarHandle(LogRing.class, "read", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final byte[] ring = new byte[BYTES];
  private long written;
  private long read;
  private volatile long dropped;

  /** Lines that could not be written. */
  private volatile long lost;

  /** Appends a line; the loop's thread only. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void offer(byte[] line, int length) {
    long at = written;
    if (at + length - (long) READ.getAcquire(this) > BYTES) {
      dropped++;
      return;
    }
    int offset = (int) at & MASK;
    int first = Math.min(length, BYTES - offset);
    System.arraycopy(line, 0, ring, offset, first);
    System.arraycopy(line, first, ring, 0, length - first);
    WRITTEN.setRelease(this, at + length);
  }

  boolean isEmpty() {
    return (long) WRITTEN.getAcquire(this) == (long) READ.getAcquire(this);
  }

  /**
   * Writes out what is there; the log's thread only. Returns whether there was something. Lines
   * that cannot be written are gone, and counted.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  boolean drainTo(OutputStream out) throws IOException {
    long from = read;
    long to = (long) WRITTEN.getAcquire(this);
    if (from == to) {
      return false;
    }
    int offset = (int) from & MASK;
    int first = (int) Math.min(to - from, BYTES - offset);
    try {
      // Both parts in one go: between them no line of another loop may come.
      out.write(ring, offset, first);
      out.write(ring, 0, (int) (to - from) - first);
    } catch (IOException e) {
      lost += lines(from, to);
      throw e;
    } finally {
      READ.setRelease(this, to);
    }
    return true;
  }

  private long lines(long from, long to) {
    long lines = 0;
    for (long i = from; i < to; i++) {
      lines += ring[(int) i & MASK] == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** Lines that found no room, or could not be written. */
  long dropped() {
    return dropped + lost;
  }
}
