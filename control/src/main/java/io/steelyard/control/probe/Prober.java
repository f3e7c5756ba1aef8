package io.steelyard.control.probe;

import io.steelyard.control.check.CheckResult;
import io.steelyard.control.check.Checker;
import io.steelyard.control.thread.Fleet;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator.SplittableGenerator;

/**
 * Owns all probes: there is never more than one for a server. A probe whose target stays the same
 * runs on through reloads.
 */
public final class Prober implements AutoCloseable {
  private final Fleet<ServerId, Target> probes;
  private final Map<ServerId, CheckResult> last = new ConcurrentHashMap<>();
  private final Results results;

  /**
   * Without any target yet.
   *
   * @param results gets every result, on the probes' threads
   * @param random spreads the probes over their interval
   */
  public Prober(Results results, InstantSource clock, SplittableGenerator random) {
    Checker checker = new Checker(clock);
    this.results = results;
    this.probes =
        new Fleet<>(
            "probe",
            t -> t.state().id(),
            (target, together, duty) -> {
              Results whileWanted = (server, result) -> duty.run(() -> found(server, result));
              return new Probe(target, checker, whileWanted, random.split(), together)::run;
            });
  }

  private void found(ServerState server, CheckResult result) {
    last.put(server.id(), result);
    results.found(server, result);
  }

  /**
   * Stops the probes that have none of these targets, and gives them a moment to end: no result of
   * a former target comes after this.
   */
  public void retain(Collection<Target> targets) {
    probes.retain(targets).forEach(last::remove);
  }

  /** The same for some: of the probes of these servers. */
  public void retain(Collection<ServerId> servers, Collection<Target> targets) {
    probes.retain(servers, targets).forEach(last::remove);
  }

  /** Checks these targets, too, from now on; those that are checked already go on. */
  public void begin(Collection<Target> targets) {
    probes.begin(targets);
  }

  /** Checks exactly these targets from now on; new ones are checked at once, all in parallel. */
  public void watch(Collection<Target> targets) {
    probes.watch(targets).forEach(last::remove);
  }

  /** What the last check of a server found; empty before the first. */
  public Optional<CheckResult> last(ServerId server) {
    return Optional.ofNullable(last.get(server));
  }

  /** Stops all probes. */
  @Override
  public void close() {
    retain(List.of());
  }
}
