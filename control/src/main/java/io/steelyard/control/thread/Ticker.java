package io.steelyard.control.thread;

import java.time.Duration;

/** Does the same thing again and again, with a pause between, until closed. */
public final class Ticker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final OwnedThread thread;

  /** Starts after the first pause. */
  public Ticker(String name, Duration pause, Runnable work) {
    this.thread = OwnedThread.repeating(name, () -> Thread.sleep(pause), work);
  }

  /** Ends it; what is under way has a second to finish. */
  @Override
  public void close() {
    thread.stop();
    thread.awaitEnd(PATIENCE);
  }
}
