package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.Status.Reload;
import io.steelyard.control.probe.Prober;
import io.steelyard.control.probe.Target;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.plan.Plan;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Snapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Brings the node from one configuration to the next, whole or not at all, and says how it stands.
 * Any thread but a loop; changes come one after the other.
 *
 * <pre>
 *   STARTING --(first configuration applied, every checked server has a verdict)--> READY
 *   STARTING, READY --(drain)--> DRAINING
 * </pre>
 */
public final class Controller implements MetricSource, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.control");
  private static final View NOTHING =
      new View(new Config("", List.of(), List.of(), AdminConfig.DEFAULT), Snapshot.EMPTY, Map.of());

  private static final Outcome DRAINING =
      new Outcome.Refused(List.of("the node is draining: it takes no configuration any more"));

  private final NodeInfo node;
  private final DataPlane dataPlane;
  private final Events events;
  private final InstantSource clock;
  private final Resolver resolver;
  private final Instant startedAt;
  private final Standings standings;
  private final Prober prober;

  /** Held while anything of the data plane or of {@code view} changes. */
  private final ReentrantLock changing = new ReentrantLock();

  private volatile View view = NOTHING;
  private volatile Optional<Reload> lastReload = Optional.empty();
  private volatile boolean firstRoundDone;
  private volatile boolean draining;

  /**
   * Serves nothing yet.
   *
   * @param clock for the times that are shown
   * @param random spreads the health checks
   */
  public Controller(
      NodeInfo node,
      DataPlane dataPlane,
      Events events,
      InstantSource clock,
      RandomGenerator random) {
    this(node, dataPlane, events, clock, random, Address::resolve);
  }

  Controller(
      NodeInfo node,
      DataPlane dataPlane,
      Events events,
      InstantSource clock,
      RandomGenerator random,
      Resolver resolver) {
    this.node = node;
    this.dataPlane = dataPlane;
    this.events = events;
    this.clock = clock;
    this.resolver = resolver;
    this.startedAt = clock.instant();
    this.standings = new Standings(events);
    this.prober = new Prober(standings, clock, random);
  }

  /**
   * Serves {@code config} from now on. Blocks while names are looked up and sockets opened. When
   * that fails nothing has changed.
   */
  public Outcome apply(Config config) {
    if (draining) {
      return DRAINING;
    }
    changing.lock();
    try {
      // Again: a drain may have run while this waited for its turn.
      return draining ? DRAINING : change(config);
    } catch (UnresolvedException e) {
      return refuse(e.errors());
    } catch (IOException e) {
      return refuse(List.of("cannot listen: " + e.getMessage()));
    } finally {
      changing.unlock();
    }
  }

  private Outcome change(Config config) throws UnresolvedException, IOException {
    View now = view;
    View next =
        SnapshotBuilder.build(
            config, now.snapshot(), now.snapshot().revision() + 1, dataPlane.loops(), resolver);
    Plan plan = Plan.between(now.snapshot(), next.snapshot());
    dataPlane.bind(plan.bind());
    commit(now, next, plan);
    return new Outcome.Applied(next.snapshot().revision());
  }

  /** Notes a configuration that did not get as far as {@link #apply}, with what is wrong in it. */
  public Outcome.Refused refuse(List<String> errors) {
    lastReload = Optional.of(new Reload(false, String.join("\n", errors), clock.instant()));
    String text = "configuration refused, nothing changed: " + String.join("; ", errors);
    events.add(Kind.REFUSED, text);
    LOG.log(Level.ERROR, text);
    return new Outcome.Refused(errors);
  }

  /**
   * The steps that cannot fail. Former probes end first, so that adopted states stay as adopted.
   */
  private void commit(View former, View next, Plan plan) {
    List<Target> targets = next.targets();
    prober.retain(targets);
    standings.adopt(next.config(), former.snapshot(), next.snapshot());
    dataPlane.publish(plan.publish());
    dataPlane.drain(plan.drain());
    view = next;
    lastReload = Optional.of(new Reload(true, "", clock.instant()));
    prober.watch(targets);
    String text =
        "serving revision %d: %d listeners, %d pools"
            .formatted(
                plan.publish().revision(),
                plan.publish().listeners().size(),
                plan.publish().pools().size());
    events.add(Kind.CONFIGURED, text);
    LOG.log(Level.INFO, text);
  }

  /** Sets what the operator wishes of a server; false when there is no such server. */
  public boolean wish(ServerId server, Wish wish) {
    Optional<ServerState> state = view.state(server);
    state.ifPresent(s -> standings.wish(s, wish));
    return state.isPresent();
  }

  /**
   * Whether clients should be sent here: after the first configuration and the first round of
   * checks, and until it drains. A reload that adds servers does not make it unready.
   */
  public boolean ready() {
    if (!firstRoundDone) {
      firstRoundDone = view.snapshot().revision() > 0 && view.checked();
    }
    return firstRoundDone && !draining;
  }

  /**
   * Takes nothing new and waits until everything in flight has finished, or the deadline is over.
   * Not ready from the first moment; configurations are refused from then on.
   *
   * @return whether all had finished
   */
  public boolean drain(Duration deadline) throws InterruptedException {
    draining = true;
    changing.lockInterruptibly();
    try {
      String text = "draining for at most " + deadline.toSeconds() + "s";
      events.add(Kind.DRAINING, text);
      LOG.log(Level.INFO, text);
      return dataPlane.drainAll(deadline);
    } finally {
      changing.unlock();
    }
  }

  /** The configuration that is served; an empty one before the first. */
  public Config config() {
    return view.config();
  }

  /** What has happened. */
  public Events events() {
    return events;
  }

  /** How the node stands now. */
  public Status status() {
    View now = view;
    StatusReport report = new StatusReport(now, prober::last);
    return new Status(
        node.version(),
        node.name(),
        state(),
        Duration.between(startedAt, clock.instant()),
        now.snapshot().revision(),
        lastReload,
        report.listeners(),
        report.pools());
  }

  @Override
  public void collect(MetricSink sink) {
    StatusMetrics.collect(status(), sink);
  }

  /** Stops the checks and waits until they have ended. What is served goes on unchecked. */
  @Override
  public void close() {
    prober.close();
  }

  private Status.State state() {
    boolean ready = ready();
    return draining ? Status.State.DRAINING : ready ? Status.State.READY : Status.State.STARTING;
  }
}
