package io.steelyard.control.link;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** Closes a resource when its time is up, which ends whatever blocks on it. */
final class Deadline implements AutoCloseable {
  private final Closeable resource;
  private final Duration allowed;
  private final Thread watcher;
  private volatile boolean passed;

  Deadline(Closeable resource, Duration allowed) {
    this.resource = resource;
    this.allowed = allowed;
    this.watcher = Thread.ofVirtual().name("check deadline").start(this::await);
  }

  /** Whether it was the deadline that closed the resource. */
  boolean passed() {
    return passed;
  }

  private void await() {
    try {
      Thread.sleep(allowed);
      passed = true;
      resource.close();
    } catch (InterruptedException | IOException e) {
      // Called off, or closed already: nothing is left to end.
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
