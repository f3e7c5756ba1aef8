package io.steelyard.control.probe;

import io.steelyard.control.thread.OwnedThread;
import java.time.Duration;
import java.util.Optional;

/** The checks of one server, one after the other, on a virtual thread of its own. */
final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Target target;
  private final Checker checker;
  private final Results results;
  private final Duration firstPause;
  private final OwnedThread thread;
  private volatile CheckResult last;
  private boolean stopped;

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
    this.thread = new OwnedThread("probe " + target.state().id(), this::run);
  }

  Target target() {
    return target;
  }

  Optional<CheckResult> last() {
    return Optional.ofNullable(last);
  }

  /** After this no further result comes, and it ends by itself. */
  void stop() {
    synchronized (this) {
      stopped = true;
    }
    thread.stop();
  }

  /** Waits until it has ended, a second at most. */
  void awaitEnd() {
    thread.awaitEnd(PATIENCE);
  }

  private void run() throws InterruptedException {
    checkOnce();
    Thread.sleep(firstPause);
    while (true) {
      long startNs = System.nanoTime();
      checkOnce();
      Thread.sleep(target.interval().minusNanos(System.nanoTime() - startNs));
    }
  }

  private void checkOnce() throws InterruptedException {
    CheckResult result = checker.check(target);
    if (Thread.interrupted()) {
      throw new InterruptedException("the check was broken off: its result says nothing");
    }
    synchronized (this) {
      if (!stopped) {
        last = result;
        results.found(target.state(), result);
      }
    }
  }
}
