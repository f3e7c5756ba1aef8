package io.steelyard.control;

import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.LastGood;
import io.steelyard.control.thread.OwnedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps the newest edition that it is given, on a thread of its own: a disk that takes its time
 * holds up neither what is served next nor what the others hear of this node. Any thread.
 */
final class LastGoodKeeper implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.config");

  /** For the last one, at the end. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final LastGood file;
  private final String source;

  /** What is to be written; an older one that was not yet is of no use any more. */
  private final AtomicReference<Edition> next = new AtomicReference<>();

  private final Semaphore given = new Semaphore(0);
  private final OwnedThread thread;

  /**
   * @param source what the editions are of, for messages
   */
  LastGoodKeeper(LastGood file, String source) {
    this.file = file;
    this.source = source;
    this.thread = new OwnedThread("last good configuration", this::run);
  }

  /** Has it kept soon; returns at once. */
  void keep(Edition edition) {
    next.set(edition);
    given.release();
  }

  private void run() throws InterruptedException {
    try {
      while (true) {
        given.acquire();
        write();
      }
    } finally {
      write();
    }
  }

  private void write() {
    Edition edition = next.getAndSet(null);
    if (edition == null) {
      return;
    }
    try {
      file.write(edition);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "{0} cannot be written: a start without {1} will not find this configuration: {2}",
          file,
          source,
          e);
    }
  }

  /** Keeps what was given last, and nothing more. */
  @Override
  public void close() {
    thread.stop();
    thread.awaitEnd(PATIENCE);
  }
}
