package io.steelyard.control.thread;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Does the same thing again and again, with a pause between, until closed. */
public final class Ticker implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.control");

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final OwnedThread thread;

  /** Starts after the first pause. */
  public Ticker(String name, Duration pause, Runnable work) {
    this.thread = new OwnedThread(name, () -> repeat(name, pause, work));
  }

  private static void repeat(String name, Duration pause, Runnable work)
      throws InterruptedException {
    while (true) {
      Thread.sleep(pause);
      try {
        work.run();
      } catch (RuntimeException e) {
        // A defect at one time must not end it for ever.
        LOG.log(Level.ERROR, name + " failed", e);
      }
    }
  }

  /** Ends it; what is under way has a second to finish. */
  @Override
  public void close() {
    thread.stop();
    thread.awaitEnd(PATIENCE);
  }
}
