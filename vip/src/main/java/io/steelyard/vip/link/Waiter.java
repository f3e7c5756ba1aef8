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
 * Waits until a descriptor has something to read, or until another thread says that it need not.
 * One thread waits; any thread wakes.
 */
public final class Waiter implements AutoCloseable {
  private static final long NANOS = 1_000_000_000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment polled = arena.allocate(16, 8);
  private final MemorySegment timeout = arena.allocate(16, 8);
  private final Libc libc = new Libc();
  private final int event;
  private boolean closed;

  /**
   * @param fd which stays its owner's: a socket or a pipe
   */
  public Waiter(int fd) throws IOException {
    event = libc.eventfd(0, Abi.EFD_CLOEXEC | Abi.EFD_NONBLOCK);
    SystemError.check(event, "no eventfd", "");
    polled.set(JAVA_INT, 0, fd);
    polled.set(JAVA_SHORT, 4, (short) Abi.POLLIN);
    polled.set(JAVA_INT, 8, event);
    polled.set(JAVA_SHORT, 12, (short) Abi.POLLIN);
  }

  /** Whether there is something to read, or an error to fetch; false after the time, or woken. */
  public boolean await(long atMostNs) {
    long ns = Math.max(0, atMostNs);
    timeout.set(JAVA_LONG, 0, ns / NANOS);
    timeout.set(JAVA_LONG, 8, ns % NANOS);
    return libc.ppollBlocking(polled, 2, timeout) > 0
        && polled.get(JAVA_SHORT, 6) != 0
        && polled.get(JAVA_SHORT, 14) == 0;
  }

  /** For good: whoever waits, now or later, returns at once. */
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
      arena.close();
    }
  }
}
