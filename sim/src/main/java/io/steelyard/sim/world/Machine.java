package io.steelyard.sim.world;

import io.steelyard.core.server.Outcome;
import io.steelyard.sim.engine.EventQueue;
import io.steelyard.sim.plan.ServerPlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A server as it truly is: works at {@code capacity} requests together, lets others wait, and
 * suffers what the timetable has for it.
 *
 * <pre>
 *   UP --down--> refuses, has lost all
 *   UP --freeze--> takes what comes, works at nothing --thaw--> goes on with all of it
 *   UP --lost--> hears nothing; what it answers does not arrive
 * </pre>
 */
final class Machine {
  /** Until a refusal or a 5xx that took no work is there. */
  static final long ROUND_TRIP_NS = 100_000;

  private static final long CHECK_NS = 1_000_000;

  private final ServerPlan plan;
  private final EventQueue queue;
  private final RandomGenerator random;
  private final Job[] working;
  private final ArrayDeque<Job> waiting = new ArrayDeque<>();
  private final List<Double> slow = new ArrayList<>();
  private final List<Double> errors = new ArrayList<>();
  private int workingCount;
  private int downs;
  private int freezes;
  private int losses;
  private double slowness = 1;
  private double errorShare;
  private double busyNs;
  private long busySinceNs;
  private long busyFromNs;

  Machine(ServerPlan plan, EventQueue queue, RandomGenerator random) {
    this.plan = plan;
    this.queue = queue;
    this.random = random;
    this.working = new Job[plan.capacity()];
  }

  ServerPlan plan() {
    return plan;
  }

  /** Whether connections come about. */
  boolean reachable() {
    return losses == 0;
  }

  /** A request has come; only while {@link #reachable}. */
  void accept(Job job) {
    job.refused = downs > 0;
    if (job.refused) {
      endAt(job, Outcome.BROKEN, queue.nowNs() + ROUND_TRIP_NS);
    } else if (errorShare > 0 && random.nextDouble() < errorShare) {
      endAt(job, Outcome.SERVER_ERROR, queue.nowNs() + ROUND_TRIP_NS);
    } else {
      job.outcome = Outcome.GOOD;
      job.serviceNs = (long) (plan.latency().draw(random) * slowness);
      if (freezes > 0 || workingCount == working.length) {
        waiting.addLast(job);
      } else {
        work(job);
      }
    }
  }

  /** The job's time has come; if it was worked at, the next one is begun. */
  void finish(Job job) {
    if (job.place < 0) {
      return;
    }
    remove(job);
    if (!waiting.isEmpty() && freezes == 0) {
      work(waiting.pollFirst());
    }
  }

  /** Whether a check that begins now passes, and after how long the balancer knows. */
  boolean checkPasses(long timeoutNs) {
    return downs == 0
        && freezes == 0
        && losses == 0
        && checkTakesNs(timeoutNs) < timeoutNs
        && (errorShare == 0 || random.nextDouble() >= errorShare);
  }

  /** See {@link #checkPasses}. */
  long checkTakesNs(long timeoutNs) {
    if (losses > 0) {
      return timeoutNs;
    }
    if (downs > 0) {
      return ROUND_TRIP_NS;
    }
    return freezes > 0 ? timeoutNs : Math.min(timeoutNs, (long) (CHECK_NS * slowness));
  }

  /** The share of its capacity that was at work since the last time that this was asked. */
  double utilization() {
    count();
    long now = queue.nowNs();
    double share = busyNs / Math.max(1, now - busyFromNs) / working.length;
    busyNs = 0;
    busyFromNs = now;
    return share;
  }

  void goDown() {
    if (downs++ > 0) {
      return;
    }
    long now = queue.nowNs();
    while (workingCount > 0) {
      Job job = working[workingCount - 1];
      remove(job);
      endAt(job, Outcome.BROKEN, now);
    }
    for (Job job = waiting.pollFirst(); job != null; job = waiting.pollFirst()) {
      endAt(job, Outcome.BROKEN, now);
    }
  }

  void comeUp() {
    downs--;
  }

  void lose() {
    losses++;
  }

  void find() {
    losses--;
  }

  void freeze() {
    if (freezes++ > 0) {
      return;
    }
    for (int i = 0; i < workingCount; i++) {
      Job job = working[i];
      job.turn++;
      job.serviceNs = job.doneAtNs - queue.nowNs();
    }
  }

  void thaw() {
    if (--freezes > 0) {
      return;
    }
    for (int i = 0; i < workingCount; i++) {
      schedule(working[i]);
    }
    while (workingCount < working.length && !waiting.isEmpty()) {
      work(waiting.pollFirst());
    }
  }

  void slowDown(double factor) {
    slow.add(factor);
    slowness = slow.stream().reduce(1.0, (a, b) -> a * b);
  }

  void speedUp(double factor) {
    slow.remove(factor);
    slowness = slow.stream().reduce(1.0, (a, b) -> a * b);
  }

  void beginErrors(double share) {
    errors.add(share);
    errorShare = errors.stream().reduce(0.0, Math::max);
  }

  void endErrors(double share) {
    errors.remove(share);
    errorShare = errors.stream().reduce(0.0, Math::max);
  }

  private void work(Job job) {
    count();
    job.place = workingCount;
    working[workingCount++] = job;
    schedule(job);
  }

  private void remove(Job job) {
    count();
    Job last = working[--workingCount];
    working[job.place] = last;
    last.place = job.place;
    working[workingCount] = null;
    job.place = -1;
  }

  private void schedule(Job job) {
    job.doneAtNs = queue.nowNs() + job.serviceNs;
    queue.add(job.doneAtNs, Event.of(Event.JOB, job.turn, job.number));
  }

  /** Whatever was to become of it: this becomes of it now. */
  private void endAt(Job job, Outcome outcome, long atNs) {
    job.turn++;
    job.outcome = outcome;
    queue.add(atNs, Event.of(Event.JOB, job.turn, job.number));
  }

  private void count() {
    long now = queue.nowNs();
    busyNs += (double) workingCount * (now - busySinceNs);
    busySinceNs = now;
  }
}
