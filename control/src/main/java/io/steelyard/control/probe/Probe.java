package io.steelyard.control.probe;

import java.time.Duration;
import java.util.Optional;

/** The checks of one server, one after the other, on a virtual thread of its own. */
final class Probe {
  private final Target target;
  private final Checker checker;
  private final Results results;
  private final Duration firstPause;
  private final Thread thread;
  private volatile CheckResult last;

  /**
   * Starts checking at once.
   *
   * @param firstPause between the first and the second check; later ones come at the interval, so
   *     this is what keeps probes that were started together apart
   */
  Probe(Target target, Checker checker, Results results, Duration firstPause) {
    this.target = target;
    this.checker = checker;
    this.results = results;
    this.firstPause = firstPause;
    this.thread = Thread.ofVirtual().name("probe " + target.state().id()).start(this::run);
  }

  Target target() {
    return target;
  }

  Optional<CheckResult> last() {
    return Optional.ofNullable(last);
  }

  /** Asks it to end; {@link #awaitEnd} waits until it has. */
  void stop() {
    thread.interrupt();
  }

  /** After this no further result comes. */
  void awaitEnd() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // A probe ends at once when asked to: finish waiting, then tell the caller's thread.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      checkOnce();
      Thread.sleep(firstPause);
      while (true) {
        long startNs = System.nanoTime();
        checkOnce();
        Thread.sleep(target.interval().minusNanos(System.nanoTime() - startNs));
      }
    } catch (InterruptedException e) {
      // Stopped by its owner.
    }
  }

  private void checkOnce() throws InterruptedException {
    CheckResult result = checker.check(target);
    if (Thread.interrupted()) {
      throw new InterruptedException("the check was broken off: its result says nothing");
    }
    last = result;
    results.found(target.state(), result);
  }
}
