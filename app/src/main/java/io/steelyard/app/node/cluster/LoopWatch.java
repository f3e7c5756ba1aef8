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

  private final Proxy proxy;
  private final Thread thread = Thread.ofVirtual().name("loop-watch").unstarted(this::watch);
  private volatile long turnedNs = System.nanoTime();
  private volatile int connections;
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
    while (!closed) {
      int now = proxy.connections();
      connections = now;
      turnedNs = System.nanoTime();
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

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
