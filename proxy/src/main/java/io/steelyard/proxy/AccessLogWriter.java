package io.steelyard.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** The thread that writes the access log: it alone waits for whoever reads the output. */
final class AccessLogWriter {
  private static final long IDLE_NS = 200_000_000;

  private final OutputStream out;
  private final List<LogRing> rings = new CopyOnWriteArrayList<>();
  private final Thread thread =
      Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
  private volatile boolean started;
  private volatile boolean closing;
  private volatile boolean idle;
  private volatile boolean broken;

  AccessLogWriter(PrintStream out) {
    this.out = out;
  }

  /** The log of one loop. */
  LoopLog loopLog() {
    return new LoopLog(this);
  }

  LogRing ring() {
    LogRing ring = new LogRing();
    rings.add(ring);
    return ring;
  }

  /** Begins to write; nothing happens when it has begun. */
  void start() {
    if (!started) {
      started = true;
      thread.start();
    }
  }

  /** There is something to write. Any thread; costs a read while the writer is busy. */
  void wake() {
    if (idle) {
      idle = false;
      LockSupport.unpark(thread);
    }
  }

  long dropped() {
    return rings.stream().mapToLong(LogRing::dropped).sum();
  }

  private void run() {
    while (!closing) {
      if (!drain()) {
        idle = true;
        if (rings.stream().allMatch(LogRing::isEmpty)) {
          LockSupport.parkNanos(this, IDLE_NS);
        }
        idle = false;
      }
    }
    while (drain()) {
      // Until all that was logged before the end is out.
    }
  }

  private boolean drain() {
    boolean any = false;
    for (LogRing ring : rings) {
      try {
        any |= ring.drainTo(out);
      } catch (IOException e) {
        broken = true;
      }
    }
    try {
      if (any) {
        out.flush();
      }
    } catch (IOException e) {
      broken = true;
    }
    return any;
  }

  /** Whether the output has failed: nobody reads it any more. */
  boolean broken() {
    return broken;
  }

  /** Writes what is left, then ends the thread. */
  void close() throws InterruptedException {
    closing = true;
    if (started) {
      LockSupport.unpark(thread);
      thread.join(2_000);
    }
  }
}
