package io.steelyard.control;

import io.steelyard.cluster.Clearing;
import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.control.Status.Reload;
import io.steelyard.control.canary.Traffic;
import io.steelyard.control.canary.TrafficMeter;
import io.steelyard.control.discovery.Discovery;
import io.steelyard.control.discovery.ServerSource;
import io.steelyard.control.discovery.source.Sources;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.plan.Plan;
import io.steelyard.core.server.ServerId;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator.SplittableGenerator;

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
  private static final Outcome DRAINING =
      new Outcome.Refused(List.of("the node is draining: it takes no configuration any more"));

  private final NodeInfo node;
  private final DataPlane dataPlane;
  private final Events events;
  private final InstantSource clock;
  private final AdminSocket admin;
  private final Sharing sharing;
  private final Lookup lookup;
  private final Instant startedAt;
  private final ConfigEvents configEvents;
  private final Watching watching;
  private final FoundServers found;
  private final Discovery discovery;

  private final OwnKeys ownKeys = new OwnKeys();

  /** What a process knew that ran before; until all servers are known here. */
  private Inheritance inheritance = Inheritance.NONE;

  /** Held from when a configuration is looked at until it is served or refused. */
  private final ReentrantLock applying = new ReentrantLock();

  /** Held while anything of the data plane or of {@code view} changes. */
  private final ReentrantLock changing = new ReentrantLock();

  private volatile View view = View.NOTHING;

  /** What was configured; the view's has the servers that were found, too. */
  private volatile Config given = View.NOTHING.config();

  /** Knows all names of {@code given} by their addresses; what is found has no names. */
  private Resolver resolver = Address::resolve;

  private volatile Weights weights = Weights.NONE;
  private volatile Optional<Reload> lastReload = Optional.empty();
  private volatile boolean firstRoundDone;
  private volatile boolean draining;

  /** For the one thread that asks for the traffic. */
  private final TrafficMeter meter = new TrafficMeter();

  private volatile Supplier<Optional<SharedStatus>> shared = Optional::empty;

  /**
   * Serves nothing yet.
   *
   * @param clock for the times that are shown
   * @param random spreads the health checks
   */
  public Controller(
      NodeInfo node,
      DataPlane dataPlane,
      AdminSocket admin,
      Events events,
      InstantSource clock,
      SplittableGenerator random) {
    this(node, dataPlane, admin, Sharing.NONE, events, clock, random);
  }

  /** The same, for a node that shares what it knows with others. */
  public Controller(
      NodeInfo node,
      DataPlane dataPlane,
      AdminSocket admin,
      Sharing sharing,
      Events events,
      InstantSource clock,
      SplittableGenerator random) {
    this(
        node,
        dataPlane,
        admin,
        sharing,
        events,
        clock,
        random,
        new Lookup(Address::resolve, Lookup.LIMIT),
        Sources::open);
  }

  Controller(
      NodeInfo node,
      DataPlane dataPlane,
      AdminSocket admin,
      Sharing sharing,
      Events events,
      InstantSource clock,
      SplittableGenerator random,
      Lookup lookup,
      ServerSource.Factory sources) {
    this.node = node;
    this.dataPlane = dataPlane;
    this.events = events;
    this.clock = clock;
    this.admin = admin;
    this.sharing = sharing;
    this.lookup = lookup;
    this.startedAt = clock.instant();
    this.configEvents = new ConfigEvents(events);
    this.watching = new Watching(events, clock, random.split());
    this.found = new FoundServers(events);
    this.discovery = new Discovery(sources, found, clock, random.split(), this::serveFound);
  }

  /** Takes over what another process knew; before the first configuration. */
  public void inherit(Inheritance known) {
    changing.lock();
    try {
      inheritance = known;
      weights = known.weights();
      ownKeys.inherit(known.secret());
      discovery.inherit(known.found());
    } finally {
      changing.unlock();
    }
  }

  /** What another process would have to know to go on as this one. */
  public Inheritance inheritance() {
    changing.lock();
    try {
      return Inheritance.of(view, weights, ownKeys.secret(), discovery.found());
    } finally {
      changing.unlock();
    }
  }

  /**
   * Serves {@code config} from now on. Blocks while names are looked up and sockets opened. When
   * that fails nothing has changed; nor when it says what is served already, whose revision goes
   * on.
   */
  public Outcome apply(Config config) {
    if (draining) {
      return DRAINING;
    }
    applying.lock();
    try (Discovery.Plan plan = discovery.plan(config)) {
      // Not while holding the other lock: a drain must not wait for a name server.
      return apply(config, plan, lookup.of(config));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refuse(List.of("broken off while names were looked up"));
    } finally {
      applying.unlock();
    }
  }

  private Outcome apply(Config config, Discovery.Plan plan, Resolver names) {
    changing.lock();
    try {
      if (draining) {
        // A drain may have run while this waited for its turn.
        return DRAINING;
      }
      boolean news = change(plan.fill(config), names);
      plan.commit();
      given = config;
      resolver = names;
      lastReload = Optional.of(new Reload(true, "", clock.instant()));
      if (news) {
        announce();
      }
      return new Outcome.Applied(view.snapshot().revision());
    } catch (RefusedException e) {
      return refuse(e.errors());
    } catch (IOException e) {
      return refuse(List.of(e.getMessage()));
    } finally {
      changing.unlock();
    }
  }

  /**
   * Serves the same configuration once more, because what it depends on beside itself has changed:
   * the keys that nodes have in common. A configuration that comes meanwhile goes before. Blocks.
   */
  public void serveAgain() {
    try {
      for (boolean done = false; !done && !draining; ) {
        Config config = given;
        Resolver names = lookup.of(config);
        changing.lock();
        try {
          done = given.equals(config);
          if (done
              && !draining
              && view.snapshot().revision() > 0
              && change(discovery.fill(config), names)) {
            announce();
          }
        } finally {
          changing.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RefusedException | IOException e) {
      LOG.log(Level.WARNING, "the same configuration cannot be served again: {0}", e.getMessage());
    }
  }

  /** Serves the same configuration with the servers that are known now, if they are others. */
  private void serveFound() {
    changing.lock();
    try {
      Config filled = discovery.fill(given);
      if (!draining && view.snapshot().revision() > 0 && !filled.equals(view.config())) {
        change(filled, resolver);
        LOG.log(
            Level.INFO,
            "serving revision " + view.snapshot().revision() + ": servers were found, or are gone");
      }
    } catch (RefusedException | IOException e) {
      LOG.log(Level.WARNING, "servers that were found cannot be served: {0}", e.getMessage());
    } finally {
      changing.unlock();
    }
  }

  /** Whether anything had to be published. */
  private boolean change(Config config, Resolver names) throws RefusedException, IOException {
    demandMemory(config);
    View now = view;
    View next =
        SnapshotBuilder.build(
            config,
            now,
            now.snapshot().revision() + 1,
            dataPlane.loops(),
            names,
            () -> sharing.keys(config).orElseGet(ownKeys::keyring));
    Weights held = weights.under(config);
    View weighed = next.with(held.in(next.snapshot()).keeping(now.snapshot()));
    Plan plan = Plan.between(now.snapshot(), weighed.snapshot());
    boolean news = !now.serves(weighed);
    AdminConfig api = config.admin();
    Move move = admin.open(api, (InetSocketAddress) names.resolve(api.address()));
    Move share = Move.NOWHERE;
    try {
      share = sharing.open(config, bind(config, names));
      if (news) {
        dataPlane.prepare(weighed.snapshot());
        dataPlane.bind(plan.bind());
      }
    } catch (IOException | RuntimeException e) {
      share.undo();
      move.undo();
      throw e;
    }
    weights = held;
    if (news) {
      commit(now, weighed, plan);
    }
    share.make();
    move.make();
    return news;
  }

  private static Optional<InetSocketAddress> bind(Config config, Resolver resolver) {
    return config
        .cluster()
        .bind()
        .map(resolver::resolve)
        .map(InetSocketAddress.class::cast)
        .filter(address -> !address.isUnresolved());
  }

  private static void demandMemory(Config config) throws RefusedException {
    Optional<String> lack = SessionMemory.lack(config);
    if (lack.isPresent()) {
      throw new RefusedException(List.of(lack.get()));
    }
  }

  /** Notes a configuration that did not get as far as {@link #apply}, with what is wrong in it. */
  public Outcome.Refused refuse(List<String> errors) {
    lastReload = Optional.of(new Reload(false, String.join("\n", errors), clock.instant()));
    configEvents.refused(errors);
    return new Outcome.Refused(errors);
  }

  /** The steps that cannot fail. */
  private void commit(View former, View next, Plan plan) {
    watching.follow(
        Changes.between(former, next),
        next,
        inheritance,
        () -> {
          dataPlane.publish(plan.publish());
          dataPlane.drain(plan.drain());
          view = next;
          found.retain(next.config());
        });
  }

  private void announce() {
    View now = view;
    configEvents.serving(now.config(), now.snapshot(), sharing.keys(now.config()).isPresent());
  }

  /** What is remembered of sessions; lists some of them. */
  public Sessions sessions(Sessions.Selection selection, int listMax) {
    return Sessions.of(
        dataPlane.sessions(),
        view.snapshot(),
        selection,
        listMax,
        clock.instant().getEpochSecond());
  }

  /**
   * Forgets sessions, here and wherever they are shared: their next requests begin new ones. How
   * many there were here. May block for as long as a store needs.
   */
  public int forgetSessions(Sessions.Selection selection) {
    long stamp;
    int forgotten;
    changing.lock();
    try {
      stamp = dataPlane.stampSessions();
      forgotten = dataPlane.forgetSessions(selection.choice());
    } finally {
      changing.unlock();
    }
    sharing.cleared(new Clearing(selection.pool(), selection.server(), stamp));
    return forgotten;
  }

  /** What became of a {@link ServerChange}. */
  public enum Changed {
    DONE,
    NO_SUCH_SERVER,
    /** The node is draining: what it serves stays as it is. */
    DRAINING
  }

  /** Changes a server as its operator wants it, wholly or not at all. */
  public Changed change(ServerId server, ServerChange change) {
    if (view.state(server).isEmpty()) {
      return Changed.NO_SUCH_SERVER;
    }
    if (change.weight().isPresent() && !weigh(server, change.weight().get())) {
      return Changed.DRAINING;
    }
    change
        .wish()
        .ifPresent(wish -> {
          wished(server, wish);
          sharing.wish(server, wish);
        });
    return Changed.DONE;
  }

  /** An operator wants this of a server, on whichever node; nothing if there is no such server. */
  public void wished(ServerId server, Wish wish) {
    view.state(server)
        .filter(state -> state.standing().wish() != wish)
        .ifPresent(state -> watching.wish(state, wish));
  }

  /** False when it is too late for that. */
  private boolean weigh(ServerId server, OptionalInt weight) {
    if (draining) {
      return false;
    }
    changing.lock();
    try {
      if (!draining) {
        publishWeight(server, weight);
      }
      return !draining;
    } finally {
      changing.unlock();
    }
  }

  /** Serves the same configuration with another weight. */
  private void publishWeight(ServerId server, OptionalInt weight) {
    View now = view;
    Weights next = weights.with(now.config(), server, weight);
    if (next.equals(weights)) {
      return;
    }
    weights = next;
    View weighed = now.with(next.after(now).keeping(now.snapshot()));
    watching.adopt(Changes.between(now, weighed));
    dataPlane.publish(weighed.snapshot());
    view = weighed;
    configEvents.weight(server, weight);
  }

  /**
   * Whether clients should be sent here: after the first configuration, the first round of checks,
   * and what other nodes could tell of sessions, and until it drains. A reload that adds servers
   * does not make it unready.
   */
  public boolean ready() {
    if (!firstRoundDone) {
      firstRoundDone =
          view.snapshot().revision() > 0 && view.checked() && !sharing.status().syncing();
    }
    return firstRoundDone && !draining;
  }

  /**
   * Whether each listener on one of these addresses, or on all of a host's, has a pool with a
   * server that takes new requests.
   */
  public boolean listenersServe(List<InetAddress> addresses) {
    return ListenerHealth.serves(view.snapshot(), addresses);
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
      configEvents.draining(deadline);
      return dataPlane.drainAll(deadline);
    } finally {
      changing.unlock();
    }
  }

  /** No configuration is applied until {@link #thaw}, by the same thread: they wait. */
  public void freeze() {
    applying.lock();
  }

  /** Those that wait are applied. */
  public void thaw() {
    applying.unlock();
  }

  /** Another process serves: this one is not ready any more, and takes no configuration. */
  public void retire() {
    draining = true;
  }

  /** Whether it takes nothing new any more. */
  public boolean isDraining() {
    return draining;
  }

  /** What this node is called by the configuration that is served, or else by its host. */
  public String nodeName() {
    String configured = view.config().cluster().node();
    return configured.isEmpty() ? node.name() : configured;
  }

  /** Part of its configuration comes from elsewhere: how it stands to that. */
  void follows(Supplier<SharedStatus> status) {
    shared = () -> Optional.of(status.get());
  }

  /** What has passed through since the start. */
  Traffic traffic() {
    return meter.measure(dataPlane);
  }

  /** In a word. */
  String stateLabel() {
    return state().name().toLowerCase(Locale.ROOT);
  }

  /** Of the program. */
  String version() {
    return node.version();
  }

  /**
   * The configuration that is served, as it was given: without the servers that were found; an
   * empty one before the first.
   */
  public Config config() {
    return given;
  }

  /** What has happened. */
  public Events events() {
    return events;
  }

  /** How the node stands now. */
  public Status status() {
    View now = view;
    StatusReport report =
        new StatusReport(now, watching.prober()::last, discovery::status, System.nanoTime());
    return new Status(
        node.version(),
        nodeName(),
        state(),
        Duration.between(startedAt, clock.instant()),
        now.snapshot().revision(),
        lastReload,
        report.listeners(),
        report.pools(),
        sharing.status(),
        shared.get());
  }

  @Override
  public void collect(MetricSink sink) {
    StatusMetrics.collect(status(), sink);
    watching.collect(sink);
    found.collect(sink);
  }

  /** Stops the checks and what is being looked up. What is served goes on unchecked. */
  @Override
  public void close() {
    discovery.close();
    lookup.close();
    watching.close();
  }

  private Status.State state() {
    boolean ready = ready();
    return draining ? Status.State.DRAINING : ready ? Status.State.READY : Status.State.STARTING;
  }
}
