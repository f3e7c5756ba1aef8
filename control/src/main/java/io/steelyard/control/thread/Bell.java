package io.steelyard.control.thread;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Does the same thing whenever it is rung, on a thread of its own, until closed. */
public final class Bell implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Semaphore rings = new Semaphore(0);
  private final OwnedThread thread;

  /** Silent until the first ring. */
  public Bell(String name, Runnable work) {
    this.thread = OwnedThread.repeating(name, this::awaitRing, work);
  }

  /** Any thread, event loops too: never waits. Rings before the work begins are one. */
  public void ring() {
    rings.release();
  }

  private void awaitRing() throws InterruptedException {
    rings.acquire();
    rings.drainPermits();
  }

  /** Ends it; what is under way has a second to finish. */
  @Override
  public void close() {
    thread.stop();
    thread.awaitEnd(PATIENCE);
  }
}
