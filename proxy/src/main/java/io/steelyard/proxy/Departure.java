package io.steelyard.proxy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * Clients of addresses that are about to move to another host: what is in flight ends here while
 * everybody is served, then nobody gets in line, then the addresses may go. Any thread but a
 * loop's.
 *
 * <pre>
 *   SERVING --(who was there has left, or {@link #FINISH} is over)--> CLOSED LINE
 *   CLOSED LINE --(who came later has left, or {@link #LAST} is over)--> who is left is reset
 * </pre>
 *
 * A connection cannot move along: its client would wait for an answer that no host can send.
 */
final class Departure {
  /** For what is in flight at first. Nobody goes without service meanwhile. */
  private static final Duration FINISH = Duration.ofMillis(800);

  /** For what began at the very end. Who comes now hears nothing, and tries again 1 s later. */
  private static final Duration LAST = Duration.ofMillis(100);

  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Proxy proxy;
  private final Duration finish;

  Departure(Proxy proxy) {
    this(proxy, FINISH);
  }

  /** With another time for what is in flight at first. */
  Departure(Proxy proxy, Duration finish) {
    this.proxy = proxy;
    this.finish = finish;
  }

  /** How many connections were reset. */
  int leave(Predicate<InetAddress> moving) throws InterruptedException {
    long startNs = System.nanoTime();
    proxy.onAll(ProxyLoop::quiesce);
    if (!await(() -> requesting(true), startNs + finish.toNanos() / 2)) {
      proxy.onAll(ProxyLoop::closeIdle);
      await(() -> requesting(true), startNs + finish.toNanos());
    }
    proxy.closeLines();
    proxy.onAll(ProxyLoop::closeIdle);
    // Who is in line is accepted first.
    LockSupport.parkNanos(2 * POLL_NS);
    await(() -> requesting(false), System.nanoTime() + LAST.toNanos());
    AtomicInteger reset = new AtomicInteger();
    proxy.onAll(p -> reset.addAndGet(p.resetAt(moving)));
    return reset.get();
  }

  private int requesting(boolean awaited) {
    AtomicInteger n = new AtomicInteger();
    proxy.onAll(p -> n.addAndGet(p.requesting(awaited)));
    return n.get();
  }

  private static boolean await(IntSupplier left, long endNs) throws InterruptedException {
    while (left.getAsInt() > 0) {
      if (System.nanoTime() - endNs > 0) {
        return false;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(POLL_NS);
    }
    return true;
  }
}
