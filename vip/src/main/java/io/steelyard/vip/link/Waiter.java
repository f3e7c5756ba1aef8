package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits until one of some descriptors has something to read, or until another thread says that
 * there is something else to do. One thread waits: a platform thread, as a virtual one would hold
 * on to its carrier. Any thread wakes it.
 */
public final class Waiter implements AutoCloseable {
  private static final long NANOS = 1_000_000_000;

  /** The size of a {@code struct pollfd}: the descriptor, what is asked, what there is. */
  private static final int POLLFD_BYTES = 8;

  private final MemorySegment timeout = Arena.ofAuto().allocate(16, 8);
  private final Libc libc = new Libc();
  private final int event;
  private MemorySegment polled;
  private int count;
  private boolean closed;

  /**
   * @param descriptors which stay their owners': sockets or pipes
   */
  public Waiter(int... descriptors) throws IOException {
    event = libc.eventfd(0, Abi.EFD_CLOEXEC | Abi.EFD_NONBLOCK);
    SystemError.check(event, "no eventfd", "");
    watch(descriptors);
  }

  /** From now on it waits for these; by the thread that waits. */
  public void watch(int... descriptors) {
    count = descriptors.length + 1;
    polled = Arena.ofAuto().allocate((long) count * POLLFD_BYTES, 8);
    set(0, event);
    for (int i = 0; i < descriptors.length; i++) {
      set(i + 1, descriptors[i]);
    }
  }

  private void set(int index, int descriptor) {
    long at = (long) index * POLLFD_BYTES;
    polled.set(JAVA_INT, at, descriptor);
    polled.set(JAVA_SHORT, at + 4, (short) Abi.POLLIN);
  }

  /**
   * Waits for at most so long.
   *
   * @return whether a descriptor has something to read, or an error to fetch: not when the time was
   *     over before, or the waiter was woken and nothing else
   */
  public boolean await(long atMostNs) {
    long ns = Math.max(0, atMostNs);
    timeout.set(JAVA_LONG, 0, ns / NANOS);
    timeout.set(JAVA_LONG, 8, ns % NANOS);
    int found = libc.ppollBlocking(polled, count, timeout);
    boolean woken = found > 0 && polled.get(JAVA_SHORT, 6) != 0;
    if (woken) {
      libc.clearEvent(event);
    }
    return found > (woken ? 1 : 0);
  }

  /** Whoever waits, or else who waits next, returns at once. */
  public synchronized void wake() {
    if (!closed) {
      new Libc().signalEvent(event);
    }
  }

  /** Once nobody waits any more. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      libc.close(event);
    }
  }
}
