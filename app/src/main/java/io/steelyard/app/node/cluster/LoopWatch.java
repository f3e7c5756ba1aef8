package io.steelyard.app.node.cluster;

import io.steelyard.proxy.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether all event loops turn: one that hangs serves nobody, and its node is no owner. A thread
 * asks them again and again to do next to nothing, and notes when all have. Only a question that
 * has no answer counts against them: when this thread itself gets no turn, they may well turn. A
 * platform thread, so that virtual ones that are busy do not keep it from noting an answer.
 */
final class LoopWatch implements AutoCloseable {
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long COUNT_NS = TimeUnit.SECONDS.toNanos(1);

  /** A loop that has not turned for so long serves nobody. */
  private static final Duration HUNG = Duration.ofMillis(500);

  /** The same of a process that takes over, while two of them run and its code is new. */
  private static final Duration HUNG_AS_HEIR = Duration.ofSeconds(2);

  private static final long HEIR_NS = TimeUnit.SECONDS.toNanos(5);

  private final Proxy proxy;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("loop-watch").unstarted(this::watch);
  private volatile boolean isHeir;
  private volatile long startNs = System.nanoTime();

  /** When a question was asked that is open. */
  private volatile long askedNs;

  private volatile boolean isAsked;
  private volatile boolean hasTurned;
  private volatile int connections;
  private volatile int requestsPerSecond;
  private volatile boolean closed;

  LoopWatch(Proxy proxy) {
    this.proxy = proxy;
  }

  /** Once is enough. */
  synchronized void start() {
    if (thread.getState() == Thread.State.NEW) {
      startNs = System.nanoTime();
      thread.start();
    }
  }

  /** Another process runs beside this one, which goes on for it. */
  void succeed() {
    isHeir = true;
  }

  private void watch() {
    long countedNs = System.nanoTime();
    long counted = proxy.requests();
    while (!closed) {
      connections = ask();
      long nowNs = System.nanoTime();
      if (nowNs - countedNs >= COUNT_NS) {
        long all = proxy.requests();
        requestsPerSecond = (int) Math.round((all - counted) * 1e9 / (nowNs - countedNs));
        counted = all;
        countedNs = nowNs;
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private int ask() {
    askedNs = System.nanoTime();
    isAsked = true;
    int now = proxy.connections();
    isAsked = false;
    hasTurned = true;
    return now;
  }

  /** Whether one of them has not turned for so long that it serves nobody. Any thread. */
  boolean hang() {
    if (!isAsked) {
      return false;
    }
    long sinceNs = askedNs;
    long nowNs = System.nanoTime();
    Duration patience = isHeir && nowNs - startNs < HEIR_NS ? HUNG_AS_HEIR : HUNG;
    return nowNs - sinceNs >= patience.toNanos() && isAsked && askedNs == sinceNs;
  }

  /** Whether all have turned, once at least, and do. Any thread. */
  boolean turn() {
    return hasTurned && !hang();
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
