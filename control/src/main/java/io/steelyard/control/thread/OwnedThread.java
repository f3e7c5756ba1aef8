package io.steelyard.control.thread;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** A virtual thread that runs until its owner stops it. */
public final class OwnedThread {
  private static final Logger LOG = System.getLogger("steelyard.control");

  private final Thread thread;

  /** Starts it. */
  public OwnedThread(String name, Work work) {
    this.thread = Thread.ofVirtual().name(name).start(() -> run(work));
  }

  /** Starts one that does the same thing again and again, each time after a wait. */
  static OwnedThread repeating(String name, Work wait, Runnable work) {
    return new OwnedThread(
        name,
        () -> {
          while (true) {
            wait.run();
            try {
              work.run();
            } catch (RuntimeException e) {
              // A defect at one time must not end it for ever.
              LOG.log(Level.ERROR, name + " failed", e);
            }
          }
        });
  }

  /** What it does; an interrupt asks it to end. */
  @FunctionalInterface
  public interface Work {
    void run() throws InterruptedException;
  }

  /** Asks it to end; {@link #awaitEnd} waits until it has. */
  public void stop() {
    thread.interrupt();
  }

  /** Waits until it has ended, for a limited time; an interrupt ends the wait and is passed on. */
  public void awaitEnd(Duration limit) {
    try {
      thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Work work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      // Stopped by its owner.
    }
  }
}
