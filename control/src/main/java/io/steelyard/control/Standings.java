package io.steelyard.control;

import io.steelyard.config.HealthConfig;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.check.CheckResult;
import io.steelyard.control.probe.Results;
import io.steelyard.control.thread.Bell;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.pool.Happening;
import io.steelyard.core.pool.PoolMonitor;
import io.steelyard.core.server.AgentWords;
import io.steelyard.core.server.LoadReport;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The one writer of every server's standing: checks, operator, agents, time, traffic and reloads
 * all go through here, one at a time. What comes of it is decided by the pools' {@link
 * PoolMonitor}s; here it becomes events, lines in the log and counters.
 */
final class Standings implements Results, MetricSource, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.health");

  private final Events events;
  private final LongSupplier clockNs;
  private final Map<String, PoolMonitor> monitors = new HashMap<>();
  private final Tally checks =
      new Tally("steelyard_checks", "Checks by result.", "pool", "server", "result");
  private final Tally ejections =
      new Tally(
          "steelyard_ejections",
          "Times that traffic took a server out.",
          "pool",
          "server",
          "reason");
  private final Bell alarm = new Bell("pool alarm", this::alarmed);

  /** {@code clockNs} is the loops' clock: System.nanoTime. */
  Standings(Events events, LongSupplier clockNs) {
    this.events = events;
    this.clockNs = clockNs;
  }

  /** Counts a check's result. */
  @Override
  public synchronized void found(ServerState server, CheckResult result) {
    ServerId id = server.id();
    checks.add(id.pool(), id.server(), result.passed() ? "passed" : "failed");
    PoolMonitor monitor = monitors.get(id.pool());
    if (monitor != null) {
      tell(monitor.checked(server, result.passed(), clockNs.getAsLong()), result.text() + " ");
    }
  }

  /** Sets what the operator wishes. */
  synchronized void wish(ServerState server, Wish wish) {
    PoolMonitor monitor = monitors.get(server.id().pool());
    if (monitor == null || server.standing().wish() == wish) {
      return;
    }
    List<Happening> happenings = monitor.wished(server, wish, clockNs.getAsLong());
    note(Kind.WISH, server.id(), Level.INFO, text(server.id()) + " is to " + words(wish));
    tell(happenings, "");
  }

  /** Sets what a server asks for through its agent. */
  synchronized void asked(ServerState server, Wish wish, String why) {
    PoolMonitor monitor = monitors.get(server.id().pool());
    if (monitor == null || server.standing().asked() == wish) {
      return;
    }
    List<Happening> happenings = monitor.asked(server, wish, clockNs.getAsLong());
    String text = text(server.id()) + " asks to " + words(wish) + ": " + why;
    note(Kind.ASKED, server.id(), Level.INFO, text);
    tell(happenings, "");
  }

  /** Lets time pass: to be called every {@link PoolMonitor#TICK_NS}. */
  synchronized void tick() {
    long nowNs = clockNs.getAsLong();
    monitors.values().forEach(monitor -> tell(monitor.tick(nowNs), ""));
  }

  private synchronized void alarmed() {
    long nowNs = clockNs.getAsLong();
    monitors.values().forEach(monitor -> tell(monitor.alarmed(nowNs), ""));
  }

  /**
   * Fits the states that a view took over from the one before to the configuration, before it is
   * published: new limits keep the verdict; a server that moved to another address awaits its first
   * one again. One that is checked from now on counts as up until a result says otherwise, as it
   * did before. Without an agent nothing is asked for.
   */
  synchronized void adopt(Changes changes) {
    for (Changes.Touched touched : changes.servers()) {
      if (!touched.isNew()) {
        adopt(touched.pool(), touched.server(), touched.samePlace());
      }
    }
    follow(changes);
  }

  private static void adopt(PoolConfig pool, Server server, boolean samePlace) {
    ServerState state = server.state();
    Optional<HealthConfig> checks = pool.health().filter(_ -> samePlace);
    Health health =
        checks
            .map(c -> state.standing().probed().rescaled(c.rise(), c.fall()))
            .orElseGet(() -> SnapshotBuilder.newcomerHealth(pool));
    Standing standing = state.standing().probed(health);
    boolean hasAgent =
        pool.load()
            .map(LoadConfig::source)
            .filter(LoadConfig.Source.Agent.class::isInstance)
            .isPresent();
    if (!samePlace) {
      // Another machine under the same name: what the former one said is not its own.
      state.report(LoadReport.NONE);
    }
    if (hasAgent && samePlace) {
      state.standing(standing);
    } else {
      state.agentWords(AgentWords.NONE);
      state.maxAsked(0);
      state.standing(standing.asked(Wish.SERVE));
    }
  }

  private void follow(Changes changes) {
    long nowNs = clockNs.getAsLong();
    for (Pool pool : changes.pools()) {
      PoolMonitor monitor = monitors.get(pool.name());
      if (monitor == null) {
        pool.state().onAlarm(alarm::ring);
        monitors.put(pool.name(), new PoolMonitor(pool, nowNs));
      } else {
        monitor.follow(pool, nowNs);
      }
    }
    monitors.keySet().retainAll(changes.names());
    if (!changes.gone().isEmpty()) {
      Predicate<List<String>> stays =
          labels -> !changes.gone().contains(new ServerId(labels.get(0), labels.get(1)));
      List.of(checks, ejections).forEach(tally -> tally.retain(stays));
    }
  }

  @Override
  public void collect(MetricSink sink) {
    checks.collect(sink);
    ejections.collect(sink);
  }

  /** Alarms are not heard any more. */
  @Override
  public void close() {
    alarm.close();
  }

  private void tell(List<Happening> happenings, String found) {
    happenings.forEach(happening -> tell(happening, found));
  }

  private void tell(Happening happening, String found) {
    ServerId id = happening.server();
    String whose = id.server().isEmpty() ? "pool " + id.pool() : text(id);
    switch (happening.kind()) {
      case UP -> verdict(Kind.SERVER_UP, Level.INFO, happening, whose + " is UP", found);
      case DOWN -> verdict(Kind.SERVER_DOWN, Level.WARNING, happening, whose + " is DOWN", found);
      case EJECTED -> {
        ejections.add(id.pool(), id.server(), happening.reason().label());
        note(Kind.SERVER_EJECTED, happening, Level.WARNING, whose + " is ejected");
      }
      case RETURNED -> note(Kind.SERVER_RETURNED, happening, Level.INFO, whose + " is let back in");
      case HELD -> note(Kind.SERVER_HELD, happening, Level.WARNING, whose + " is held down");
      case RELEASED -> note(Kind.SERVER_RELEASED, happening, Level.INFO, whose + " is released");
      case PANIC_BEGAN -> note(Kind.POOL_PANIC, happening, Level.WARNING, whose + " is in panic");
      case PANIC_ENDED ->
          note(Kind.POOL_CALM, happening, Level.INFO, whose + " is in panic no more");
    }
  }

  private void verdict(Kind kind, Level level, Happening happening, String what, String found) {
    String why = found.isEmpty() ? happening.why() : found + "(" + happening.why() + ")";
    note(kind, happening.server(), level, what + ": " + why);
  }

  private void note(Kind kind, Happening happening, Level level, String what) {
    note(kind, happening.server(), level, what + ": " + happening.why());
  }

  private void note(Kind kind, ServerId about, Level level, String text) {
    events.add(kind, about, text);
    LOG.log(level, text);
  }

  private static String words(Wish wish) {
    return switch (wish) {
      case SERVE -> "serve";
      case DRAIN -> "drain";
      case MAINTENANCE -> "be in maintenance";
    };
  }

  private static String text(ServerId id) {
    return "pool " + id.pool() + " server " + id.server();
  }
}
