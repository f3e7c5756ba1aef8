package io.steelyard.control.load;

import io.steelyard.control.thread.Fleet;
import io.steelyard.core.server.ServerId;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator.SplittableGenerator;

/** Owns the threads that ask servers for their load: never more than one for a server. */
public final class Reporters implements AutoCloseable {
  private final Fleet<ServerId, LoadTarget> fleet;

  /**
   * Without any target yet.
   *
   * @param clockNs the loops' clock, on which reports expire
   * @param random spreads the questions over their interval
   */
  public Reporters(Reports reports, LongSupplier clockNs, SplittableGenerator random) {
    this.fleet =
        new Fleet<>(
            "load",
            t -> t.state().id(),
            (target, _, duty) -> new Reporter(target, reports, clockNs, random.split(), duty)::run);
  }

  /** Stops those that have none of these targets: no report of a former target comes after this. */
  public void retain(Collection<LoadTarget> targets) {
    fleet.retain(targets);
  }

  /** Asks exactly these servers from now on. */
  public void watch(Collection<LoadTarget> targets) {
    fleet.watch(targets);
  }

  /** Stops all. */
  @Override
  public void close() {
    retain(List.of());
  }
}
