package io.steelyard.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** The thread that writes the access log: it alone waits for whoever reads the output. */
final class AccessLogWriter {
  private static final long IDLE_NS = 200_000_000;

  private static final System.Logger LOG = System.getLogger("steelyard.proxy");

  private final OutputStream out;

  /** Where the lines go unless to standard output: the same as {@link #out}. */
  private final Optional<LogFile> file;

  private final List<LogRing> rings = new CopyOnWriteArrayList<>();
  private final Thread thread =
      Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
  private volatile boolean started;
  private volatile boolean closing;
  private volatile boolean idle;

  /** The output has failed, and has not been written to since. The log's thread only. */
  private boolean broken;

  private AccessLogWriter(OutputStream out, Optional<LogFile> file) {
    this.out = out;
    this.file = file;
  }

  static AccessLogWriter to(PrintStream out) {
    return new AccessLogWriter(out, Optional.empty());
  }

  static AccessLogWriter to(LogFile file) {
    return new AccessLogWriter(file, Optional.of(file));
  }

  /** Whether there is a file, which is opened again soon. */
  boolean reopen() {
    file.ifPresent(LogFile::reopen);
    LockSupport.unpark(thread);
    return file.isPresent();
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
    file.ifPresent(LogFile::follow);
    boolean any = false;
    boolean failed = false;
    String cause = "";
    for (LogRing ring : rings) {
      try {
        any |= ring.drainTo(out);
      } catch (IOException e) {
        any = true;
        failed = true;
        cause = e.getMessage();
      }
    }
    if (any) {
      flush();
      tell(failed, cause);
    }
    return any;
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      // A file has no buffer of its own, and of standard output nothing is heard.
    }
  }

  private void tell(boolean failed, String cause) {
    if (failed && !broken) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the access log cannot be written, its lines are lost: {0}",
          cause);
    } else if (broken && !failed) {
      LOG.log(System.Logger.Level.INFO, "the access log can be written again");
    }
    broken = failed;
  }

  /** Writes what is left, then ends the thread. */
  void close() throws InterruptedException {
    closing = true;
    if (started) {
      LockSupport.unpark(thread);
      thread.join(2_000);
    }
    if (file.isPresent()) {
      closeQuietly(file.get());
    }
  }

  private static void closeQuietly(LogFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // All lines are out.
    }
  }
}
