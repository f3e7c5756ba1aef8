package io.steelyard.control.probe;

import io.steelyard.control.check.CheckResult;
import io.steelyard.control.check.Checker;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.ProbeSchedule;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** The checks of one server, one after the other, on a virtual thread of its own. */
final class Probe {
  private final Target target;
  private final Checker checker;
  private final Results results;
  private final RandomGenerator random;
  private final ProbeSchedule schedule;
  private final int together;

  /**
   * Does nothing before {@link #run}.
   *
   * @param random of its own
   * @param together probes that begin at the same moment
   */
  Probe(Target target, Checker checker, Results results, RandomGenerator random, int together) {
    this.target = target;
    this.checker = checker;
    this.results = results;
    this.random = random;
    this.schedule = new ProbeSchedule(target.interval(), target.fastInterval());
    this.together = together;
  }

  /** Checks until it is interrupted; after that no further result comes. */
  void run() throws InterruptedException {
    long dueNs = System.nanoTime() + schedule.firstDelayNs(together, random);
    checkAt(dueNs);
    dueNs = schedule.secondNs(verdict(), dueNs, System.nanoTime(), random);
    while (true) {
      checkAt(dueNs);
      dueNs = schedule.nextNs(verdict(), dueNs, System.nanoTime(), random);
    }
  }

  private void checkAt(long dueNs) throws InterruptedException {
    Thread.sleep(Duration.ofNanos(dueNs - System.nanoTime()));
    CheckResult result = checker.check(target.question());
    if (Thread.interrupted()) {
      throw new InterruptedException("the check was broken off: its result says nothing");
    }
    results.found(target.state(), result);
  }

  private Health verdict() {
    return target.state().standing().probed();
  }
}
