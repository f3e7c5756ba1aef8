package io.steelyard.app.node.cluster;

import io.steelyard.proxy.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether all event loops turn: one that hangs serves nobody, and its node is no owner. A thread
 * asks them again and again to do next to nothing, and notes when all have.
 */
final class LoopWatch implements AutoCloseable {
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long COUNT_NS = TimeUnit.SECONDS.toNanos(1);

  private final Proxy proxy;
  private final Thread thread = Thread.ofVirtual().name("loop-watch").unstarted(this::watch);
  private volatile long turnedNs = System.nanoTime();
  private volatile int connections;
  private volatile int requestsPerSecond;
  private volatile boolean closed;

  LoopWatch(Proxy proxy) {
    this.proxy = proxy;
  }

  /** Once is enough. */
  synchronized void start() {
    if (thread.getState() == Thread.State.NEW) {
      turnedNs = System.nanoTime();
      thread.start();
    }
  }

  private void watch() {
    long countedNs = System.nanoTime();
    long counted = proxy.requests();
    while (!closed) {
      int now = proxy.connections();
      connections = now;
      long nowNs = System.nanoTime();
      turnedNs = nowNs;
      if (nowNs - countedNs >= COUNT_NS) {
        long all = proxy.requests();
        requestsPerSecond = (int) Math.round((all - counted) * 1e9 / (nowNs - countedNs));
        counted = all;
        countedNs = nowNs;
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  /** For how long one of them has not turned. */
  Duration still() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - turnedNs - PAUSE_NS));
  }

  /** Clients' connections, when all turned last. */
  int connections() {
    return connections;
  }

  /** Over the last second or so. */
  int requestsPerSecond() {
    return requestsPerSecond;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
