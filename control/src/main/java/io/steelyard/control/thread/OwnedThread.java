package io.steelyard.control.thread;

import java.time.Duration;

/** A virtual thread that runs until its owner stops it. */
public final class OwnedThread {
  private final Thread thread;

  /** Starts it. */
  public OwnedThread(String name, Work work) {
    this.thread = Thread.ofVirtual().name(name).start(() -> run(work));
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
