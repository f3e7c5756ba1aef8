package io.steelyard.control.probe;

import io.steelyard.core.server.ServerId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Owns all probes: there is never more than one for a server. A probe whose target stays the same
 * runs on through reloads.
 */
public final class Prober implements AutoCloseable {
  private final Map<ServerId, Probe> probes = new ConcurrentHashMap<>();
  private final Checker checker;
  private final Results results;
  private final RandomGenerator random;

  /**
   * Without any target yet.
   *
   * @param results gets every result, on the probes' threads
   * @param random spreads the probes over their interval
   */
  public Prober(Results results, InstantSource clock, RandomGenerator random) {
    this.checker = new Checker(clock);
    this.results = results;
    this.random = random;
  }

  /**
   * Stops the probes that have none of these targets: no result of a former target comes after
   * this.
   */
  public synchronized void retain(Collection<Target> targets) {
    Map<ServerId, Target> wanted = byId(targets);
    List<Probe> obsolete =
        probes.values().stream()
            .filter(p -> !p.target().equals(wanted.get(p.target().state().id())))
            .toList();
    obsolete.forEach(Probe::stop);
    obsolete.forEach(Probe::awaitEnd);
    obsolete.forEach(p -> probes.remove(p.target().state().id()));
  }

  /** Checks exactly these targets from now on; new ones are checked at once, all in parallel. */
  public synchronized void watch(Collection<Target> targets) {
    retain(targets);
    byId(targets).forEach((id, target) -> probes.computeIfAbsent(id, _ -> start(target)));
  }

  /** What the last check of a server found; empty before the first. */
  public Optional<CheckResult> last(ServerId server) {
    return Optional.ofNullable(probes.get(server)).flatMap(Probe::last);
  }

  /** Stops all probes. */
  @Override
  public void close() {
    retain(new ArrayList<>());
  }

  private Probe start(Target target) {
    return new Probe(target, checker, results, firstPause(target.interval()));
  }

  /** Half to one and a half intervals: one interval on average, evenly spread over one. */
  private Duration firstPause(Duration interval) {
    return Duration.ofNanos((long) (interval.toNanos() * (0.5 + random.nextDouble())));
  }

  private static Map<ServerId, Target> byId(Collection<Target> targets) {
    return targets.stream().collect(Collectors.toMap(t -> t.state().id(), Function.identity()));
  }
}
