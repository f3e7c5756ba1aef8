package io.steelyard.core.pool;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Happening.Kind;
import io.steelyard.core.pool.Outliers.Verdict;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Moves a pool's servers along with time: verdicts, slow starts, ejections and their end,
 * hold-downs, panic, the adaptive limit. Lives as long as the pool's name is configured. One
 * control thread at a time, which is also the one that writes standings.
 *
 * <pre>
 *              checks: down                       traffic: too many failures, or too slow
 *   DOWN  <------------------+              +------------------------------> EJECTED
 *     |                      |              |                                   |
 *     | checks: up           |              |                     its time is over
 *     +--> (flapping) HELD --+--> RAMPING --+--> FULL                           |
 *     |        its time is over      ^   its time is over                       |
 *     +------------------------------+------------------------------------------+
 * </pre>
 *
 * <p>A server is held or ejected only while another takes new requests: when none is left that
 * does, those that are up come back. While the pool panics nobody is ejected.
 */
public final class PoolMonitor {
  /** How often {@link #tick} wants to be called. */
  public static final long TICK_NS = 100_000_000L;

  private static final double ROUNDING = 1e-9;

  private final Limiter limiter;
  private Pool pool;
  private final WatchedServers watched = new WatchedServers();
  private long slotEndsNs;
  private final List<Happening> happened = new ArrayList<>();

  /** Watches over {@code pool} as it is first configured: its servers need no slow start. */
  public PoolMonitor(Pool pool, long nowNs) {
    this.pool = pool;
    this.limiter = new Limiter(pool);
    watched.follow(pool.servers(), following(pool.passive()));
    servers().forEach(server -> server.isThereFromTheFirst(pool.state().panic()));
    pool.state().failuresToAlarm(pool.passive().consecutiveFailures());
    slotEndsNs = nowNs + TrafficWindow.slotNs(pool.passive().window());
  }

  /**
   * The pool is configured anew: what is known of servers that stay is kept; others are new, and so
   * is one that has moved to another address. To be called before loops see {@code next}, and after
   * verdicts were fitted to it.
   */
  public void follow(Pool next, long nowNs) {
    PassiveHealth before = pool.passive();
    pool = next;
    watched.follow(next.servers(), following(before));
    if (!before.window().equals(next.passive().window())) {
      slotEndsNs = nowNs + TrafficWindow.slotNs(next.passive().window());
    }
    limiter.follow(next);
    next.state().failuresToAlarm(next.passive().consecutiveFailures());
    if (before.active()) {
      returnTooMany(nowNs);
    }
    watch(nowNs);
  }

  private WatchedServers.Following following(PassiveHealth before) {
    return new WatchedServers.Following() {
      @Override
      public void stays(Watched known, Server server) {
        known.follow(server, before, pool.passive());
      }

      @Override
      public Watched begins(Server server) {
        ServerState state = server.state();
        state.standing(state.standing().held(false).ejected(false));
        return new Watched(server, pool.passive());
      }
    };
  }

  /** Looks at what has changed and writes what follows; returns what is worth telling. */
  public List<Happening> tick(long nowNs) {
    for (Watched server : servers()) {
      if (server.holdIsOver(nowNs)) {
        release(server, "its time is over", nowNs);
      }
      if (server.ejectionIsOver(nowNs)) {
        comeBack(server, "its time is over", nowNs);
      }
      server.advance(pool, nowNs);
    }
    judge(nowNs);
    watch(nowNs);
    limiter.tick(servers(), nowNs);
    return told();
  }

  /**
   * A server has failed as often in a row as it may (see {@link PoolState#failuresToAlarm}): it
   * does not stay until the next tick.
   */
  public List<Happening> alarmed(long nowNs) {
    ejectRows(room(), nowNs);
    watch(nowNs);
    return told();
  }

  /** Counts a check's result; servers that are no member (any more) change nothing. */
  public List<Happening> checked(ServerState state, boolean passed, long nowNs) {
    Watched server = watched.of(state);
    if (server == null) {
      return List.of();
    }
    Health before = state.standing().probed();
    Health after = passed ? before.passed() : before.failed();
    if (after.up() != before.up() || (!before.known() && !after.up())) {
      flip(server, before, after, nowNs);
      watch(nowNs);
    } else {
      become(server, server.standing().probed(after), nowNs);
    }
    return told();
  }

  /** The operator's wish; maintenance forgives a server what it did before. */
  public List<Happening> wished(ServerState state, Wish wish, long nowNs) {
    Watched server = watched.of(state);
    if (server == null) {
      return List.of();
    }
    become(server, server.standing().wish(wish), nowNs);
    if (wish == Wish.MAINTENANCE) {
      forgive(server, nowNs);
    }
    watch(nowNs);
    return told();
  }

  /** What the server itself asks for through its agent. */
  public List<Happening> asked(ServerState state, Wish wish, long nowNs) {
    Watched server = watched.of(state);
    if (server == null) {
      return List.of();
    }
    become(server, server.standing().asked(wish), nowNs);
    watch(nowNs);
    return told();
  }

  public Pool pool() {
    return pool;
  }

  private Collection<Watched> servers() {
    return watched.all();
  }

  // Verdicts and hold-downs.

  private void flip(Watched server, Health before, Health after, long nowNs) {
    int needed = after.up() ? after.rise() : after.fall();
    String count = before.known() ? needed + " of " + needed + " checks" : "the first check";
    if (after.up()) {
      tell(Kind.UP, server, count + " passed");
      up(server, after, nowNs);
    } else {
      tell(Kind.DOWN, server, count + " failed");
      if (before.known()) {
        server.flipped(pool.holdDown(), nowNs);
      }
      become(server, server.standing().probed(after).held(false), nowNs);
    }
  }

  private void up(Watched server, Health after, long nowNs) {
    HoldDown limits = pool.holdDown();
    boolean held = limits.flips() > 0 && server.isFlapping() && othersTakeNew(server);
    if (held) {
      String time = words(server.hold(limits, nowNs));
      tell(Kind.HELD, server, "it went down again and again: held down for " + time);
    }
    become(server, server.standing().probed(after).held(held), nowNs);
  }

  private void release(Watched server, String why, long nowNs) {
    become(server, server.standing().held(false), nowNs);
    tell(Kind.RELEASED, server, why);
  }

  private void forgive(Watched server, long nowNs) {
    if (server.standing().held()) {
      release(server, "it is in maintenance", nowNs);
    }
    if (server.standing().ejected()) {
      comeBack(server, "it is in maintenance", nowNs);
    }
    server.forgive();
  }

  // Ejections.

  private void judge(long nowNs) {
    PassiveHealth limits = pool.passive();
    if (!limits.active()) {
      return;
    }
    boolean slotEnds = nowNs - slotEndsNs >= 0;
    if (slotEnds) {
      slotEndsNs = nowNs + TrafficWindow.slotNs(limits.window());
      servers().forEach(Watched::turnWindow);
    }
    long room = ejectRows(room(), nowNs);
    if (slotEnds && room > 0) {
      double medianLog2 = Outliers.medianLog2(servers(), limits);
      ejectUpTo(room, s -> Outliers.window(s, limits, medianLog2), nowNs);
    }
  }

  /** How many may be ejected beside those that are. */
  private long room() {
    return pool.state().panic() ? 0 : ejectedMax() - ejected();
  }

  private long ejectRows(long room, long nowNs) {
    return ejectUpTo(room, s -> Outliers.row(s, pool.passive()), nowNs);
  }

  /** Ejects at most {@code room} of those that something speaks against; returns what is left. */
  private long ejectUpTo(long room, Function<Watched, Optional<Verdict>> judgement, long nowNs) {
    long left = room;
    for (Watched server : servers()) {
      // Asked of all: what speaks against a server that must not be ejected now is no news later.
      Optional<Verdict> verdict = judgement.apply(server);
      if (verdict.isPresent()
          && left > 0
          && server.standing().keepsBound()
          && othersTakeNew(server)) {
        eject(server, verdict.get(), nowNs);
        left--;
      }
    }
    return left;
  }

  private void eject(Watched server, Verdict verdict, long nowNs) {
    long periodNs = server.eject(pool.passive(), nowNs);
    become(server, server.standing().ejected(true), nowNs);
    String time = words(periodNs);
    String why = verdict.why() + ": ejected for " + time;
    happened.add(new Happening(Kind.EJECTED, server.state().id(), verdict.reason(), why));
  }

  private void comeBack(Watched server, String why, long nowNs) {
    become(server, server.standing().ejected(false), nowNs);
    server.returned();
    tell(Kind.RETURNED, server, why);
  }

  /** A pool that has shrunk, or may eject less, lets those go first that have least to wait. */
  private void returnTooMany(long nowNs) {
    long tooMany = ejected() - ejectedMax();
    if (tooMany <= 0) {
      return;
    }
    servers().stream()
        .filter(s -> s.standing().ejected())
        .sorted(Comparator.comparingLong(s -> s.ejectedForNs(nowNs)))
        .limit(tooMany)
        .toList()
        .forEach(s -> comeBack(s, "the configuration has changed", nowNs));
  }

  private long ejected() {
    long ejected = 0;
    for (Watched server : servers()) {
      ejected += server.standing().ejected() ? 1 : 0;
    }
    return ejected;
  }

  private long ejectedMax() {
    if (!pool.passive().active()) {
      return 0;
    }
    return Math.max(1, (long) (pool.passive().ejectedMax() * servers().size() + ROUNDING));
  }

  // The pool as a whole.

  /** After anything has changed: who takes part, whether anybody is left, and whether to panic. */
  private void watch(long nowNs) {
    servers().forEach(s -> s.observe(pool.state().panic(), pool.balancing(), nowNs));
    relieve(nowNs);
    double threshold = pool.balancing().panicThreshold();
    double healthy = threshold > 0 ? Panic.healthyShare(servers()) : 1;
    boolean panic = healthy < threshold;
    if (panic != pool.state().panic()) {
      panic(panic, healthy, nowNs);
    }
  }

  /** Nobody takes new requests: whoever is up does so now, held or, failing that, ejected. */
  private void relieve(long nowNs) {
    if (servers().stream().anyMatch(Watched::takesNew)) {
      return;
    }
    List<Watched> up = servers().stream().filter(Watched::isOnlyKeptOut).toList();
    boolean held = up.stream().anyMatch(s -> !s.standing().ejected());
    for (Watched server : up) {
      if (server.standing().held()) {
        release(server, "no other server is left", nowNs);
      }
      if (!held) {
        comeBack(server, "no other server is left", nowNs);
      }
    }
  }

  private void panic(boolean next, double healthy, long nowNs) {
    String share = Math.round(healthy * 100) + "% of the servers are healthy";
    if (next) {
      servers().forEach(Watched::panic);
      pool.state().panic(true);
    } else {
      pool.state().panic(false);
      servers().forEach(s -> s.observe(false, pool.balancing(), nowNs));
    }
    Kind kind = next ? Kind.PANIC_BEGAN : Kind.PANIC_ENDED;
    happened.add(new Happening(kind, new ServerId(pool.name(), ""), share));
  }

  private boolean othersTakeNew(Watched server) {
    return servers().stream().anyMatch(s -> s != server && s.takesNew());
  }

  private void become(Watched server, Standing next, long nowNs) {
    server.become(next, pool.state().panic(), pool.balancing(), nowNs);
  }

  private void tell(Kind kind, Watched server, String why) {
    happened.add(new Happening(kind, server.state().id(), why));
  }

  private List<Happening> told() {
    if (happened.isEmpty()) {
      return List.of();
    }
    List<Happening> all = List.copyOf(happened);
    happened.clear();
    return all;
  }

  private static String words(long ns) {
    Duration time = Duration.ofNanos(ns);
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }
}
