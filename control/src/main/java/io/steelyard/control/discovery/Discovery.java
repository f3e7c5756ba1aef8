package io.steelyard.control.discovery;

import io.steelyard.config.Config;
import io.steelyard.config.DiscoverConfig;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.thread.OwnedThread;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator.SplittableGenerator;

/**
 * Looks after the pools that discover their servers: a thread for each, and one that has what they
 * find served. Costs nothing where no pool does.
 *
 * <pre>
 *   plan(config) --commit--> its discoverers run, others are stopped
 *        |
 *        +--close without commit--> those that were begun for it are stopped
 * </pre>
 */
public final class Discovery implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.discovery");

  /** For the first answers when a configuration begins to be served. */
  static final Duration FIRST_ANSWERS = Duration.ofSeconds(1);

  /** Changes that come within this time of each other are one. */
  static final Duration SETTLED = Duration.ofMillis(50);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Discoverer.Tools tools;
  private final SplittableGenerator random;
  private final Runnable publish;
  private final OwnedThread.Work settle;
  private final Semaphore changes = new Semaphore(0);

  /** By pool; replaced as a whole. */
  private volatile Map<String, Discoverer> running = Map.of();

  /** By pool, what another process had found; until the first configuration is served. */
  private volatile Map<String, List<ServerConfig>> inherited = Map.of();

  private OwnedThread publisher;
  private boolean closed;

  /**
   * Without any pool yet.
   *
   * @param publish serves what was found, on a thread of its own, one at a time
   */
  public Discovery(
      ServerSource.Factory sources,
      Findings findings,
      InstantSource clock,
      SplittableGenerator random,
      Runnable publish) {
    this(sources, findings, clock, random, publish, () -> Thread.sleep(SETTLED));
  }

  /**
   * The same.
   *
   * @param settle waits after a change for others that come with it
   */
  Discovery(
      ServerSource.Factory sources,
      Findings findings,
      InstantSource clock,
      SplittableGenerator random,
      Runnable publish,
      OwnedThread.Work settle) {
    this.tools = new Discoverer.Tools(sources, findings, clock, changes::release);
    this.random = random;
    this.publish = publish;
    this.settle = settle;
  }

  /**
   * Begins with what another process has found: those servers stay until a source answers here.
   * Before the first configuration.
   */
  public void inherit(Map<String, List<ServerConfig>> found) {
    inherited = Map.copyOf(found);
  }

  /** What is known of each pool that discovers. */
  public Map<String, List<ServerConfig>> found() {
    Map<String, List<ServerConfig>> found = new HashMap<>();
    running.forEach((pool, one) -> found.put(pool, one.knowledge().servers()));
    return found;
  }

  /**
   * Begins to look for the servers of the pools whose {@code discover} is new, and waits a moment
   * for their first answers. One plan at a time; nothing of it counts before {@link Plan#commit}.
   */
  public Plan plan(Config config) throws InterruptedException {
    Map<String, Discoverer> now = running;
    Map<String, Discoverer> next = new HashMap<>();
    List<Discoverer> begun = new ArrayList<>();
    for (PoolConfig pool : config.pools()) {
      if (pool.discover().isPresent()) {
        Discoverer known = now.get(pool.name());
        DiscoverConfig wanted = pool.discover().get();
        if (known == null || !known.follows(wanted)) {
          known =
              new Discoverer(
                  pool.name(),
                  wanted,
                  known == null ? inherited(pool.name(), wanted.limits()) : former(known),
                  tools,
                  random.split());
          begun.add(known);
        }
        next.put(pool.name(), known);
      }
    }
    Plan plan = new Plan(next, begun);
    try {
      await(begun);
      return plan;
    } catch (InterruptedException e) {
      plan.close();
      throw e;
    }
  }

  private static List<ServerConfig> former(Discoverer known) {
    return known.knowledge().servers();
  }

  /** Within the bounds of this configuration, whatever those of the other process were. */
  private List<ServerConfig> inherited(String pool, Limits limits) {
    return inherited.getOrDefault(pool, List.of()).stream()
        .limit(limits.serversMax())
        .map(s ->
            new ServerConfig(
                s.name(), s.address(), s.weight(), limits.maxConnections(), s.backup(), s.zone()))
        .toList();
  }

  private static void await(List<Discoverer> begun) throws InterruptedException {
    long beganNs = System.nanoTime();
    for (Discoverer one : begun) {
      one.awaitAnswer(FIRST_ANSWERS.toNanos() - (System.nanoTime() - beganNs));
    }
  }

  /** From one set of discoverers to the next. */
  public final class Plan implements AutoCloseable {
    private final Map<String, Discoverer> next;
    private final List<Discoverer> begun;
    private boolean committed;

    private Plan(Map<String, Discoverer> next, List<Discoverer> begun) {
      this.next = next;
      this.begun = begun;
    }

    /** The configuration with what is known now. */
    public Config fill(Config config) {
      return Discovery.fill(config, next);
    }

    /** These are looked after from now on, and no others. Does not wait for their end. */
    public void commit() {
      committed = true;
      inherited = Map.of();
      List<Discoverer> obsolete = new ArrayList<>(running.values());
      obsolete.removeAll(next.values());
      become(next);
      obsolete.forEach(Discoverer::stop);
    }

    /** Stops what was begun for nothing. */
    @Override
    public void close() {
      if (!committed) {
        begun.forEach(Discoverer::stop);
        begun.forEach(Discoverer::awaitEnd);
      }
    }
  }

  private synchronized void become(Map<String, Discoverer> next) {
    running = Map.copyOf(next);
    if (closed) {
      next.values().forEach(Discoverer::stop);
    } else if (!next.isEmpty()) {
      if (publisher == null) {
        publisher = new OwnedThread("discovery", this::publishChanges);
      }
      // What was found since the configuration was filled.
      changes.release();
    }
  }

  private void publishChanges() throws InterruptedException {
    while (true) {
      changes.acquire();
      settle.run();
      changes.drainPermits();
      try {
        publish.run();
      } catch (RuntimeException e) {
        // A defect at one time must not end it for ever.
        LOG.log(Level.ERROR, "servers that were found cannot be served", e);
      }
    }
  }

  /** The configuration with what is known now; the same one if no pool discovers. */
  public Config fill(Config config) {
    return fill(config, running);
  }

  private static Config fill(Config config, Map<String, Discoverer> discoverers) {
    if (discoverers.isEmpty()) {
      return config;
    }
    return config.withPools(
        config.pools().stream().map(pool -> fill(pool, discoverers.get(pool.name()))).toList());
  }

  private static PoolConfig fill(PoolConfig pool, Discoverer discoverer) {
    return discoverer == null ? pool : filled(pool, discoverer.knowledge().servers());
  }

  /** Those that are listed come first, and have their names and addresses for themselves. */
  static PoolConfig filled(PoolConfig pool, Collection<ServerConfig> found) {
    Set<String> taken = new HashSet<>();
    for (ServerConfig server : pool.servers()) {
      taken.add(server.name());
      taken.add(server.address().toString());
    }
    List<ServerConfig> all = new ArrayList<>(pool.servers());
    found.stream()
        .filter(s -> !taken.contains(s.name()) && !taken.contains(s.address().toString()))
        .forEach(all::add);
    return pool.withServers(all);
  }

  /** How it stands with a pool; empty if that does not discover. */
  public Optional<DiscoveryStatus> status(String pool) {
    return Optional.ofNullable(running.get(pool)).map(Discoverer::status);
  }

  /** Stops asking; what was found stays. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (publisher != null) {
        publisher.stop();
      }
    }
    running.values().forEach(Discoverer::stop);
    running.values().forEach(Discoverer::awaitEnd);
    if (publisher != null) {
      publisher.awaitEnd(PATIENCE);
    }
  }
}
