package io.steelyard.control;

import io.steelyard.control.load.LoadTarget;
import io.steelyard.control.load.Reporters;
import io.steelyard.control.probe.Prober;
import io.steelyard.control.probe.Target;
import io.steelyard.control.thread.Ticker;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.pool.PoolMonitor;
import io.steelyard.core.server.ServerState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.stream.Collectors;

/**
 * All that looks at servers while they are served: checks, what they say of their load, and what
 * follows from both. {@link #follow} and {@link #adopt} are for one thread at a time, the rest for
 * any.
 */
final class Watching implements MetricSource, AutoCloseable {
  private final Standings standings;
  private final Prober prober;
  private final LoadReports loadReports;
  private final Reporters reporters;
  private final Ticker monitor;

  Watching(Events events, InstantSource clock, SplittableGenerator random) {
    standings = new Standings(events, System::nanoTime);
    prober = new Prober(standings, clock, random.split());
    loadReports = new LoadReports(events, standings);
    reporters = new Reporters(loadReports, System::nanoTime, random.split());
    monitor = new Ticker("pool monitor", Duration.ofNanos(PoolMonitor.TICK_NS), standings::tick);
  }

  /**
   * From one view to the next. Former probes end first, so that adopted states stay as adopted; new
   * ones begin when the next view is served.
   *
   * @param known tells what a former process knew of servers that are new here
   * @param publish has the next view served
   */
  void follow(Changes changes, View next, Inheritance known, Runnable publish) {
    List<Target> targets = changes.targets(next);
    List<LoadTarget> loadTargets = next.loadTargets();
    prober.retain(changes.checks(), targets);
    reporters.retain(loadTargets);
    known.tell(changes);
    standings.adopt(changes);
    loadReports.retain(loadTargets.stream().map(t -> t.state().id()).collect(Collectors.toSet()));
    publish.run();
    prober.begin(targets);
    reporters.watch(loadTargets);
  }

  /** The same servers, with other weights. */
  void adopt(Changes changes) {
    standings.adopt(changes);
  }

  /** What an operator wants of a server. */
  void wish(ServerState server, Wish wish) {
    standings.wish(server, wish);
  }

  /** What the checks have said last. */
  Prober prober() {
    return prober;
  }

  @Override
  public void collect(MetricSink sink) {
    standings.collect(sink);
    loadReports.collect(sink);
  }

  /** What is served goes on unchecked. */
  @Override
  public void close() {
    monitor.close();
    standings.close();
    reporters.close();
    prober.close();
  }
}
