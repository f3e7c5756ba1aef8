package io.steelyard.core.pool;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A pool whose time is moved by hand. Servers are named a, b, c, ... */
final class TestPool {
  static final long SECOND = 1_000_000_000L;
  static final int RISE = 2;
  static final int FALL = 3;

  final PoolState state;
  final List<Happening> happened = new ArrayList<>();
  Duration slowStart = Duration.ZERO;
  double panicThreshold;
  PassiveHealth passive = PassiveHealth.NONE;
  HoldDown holdDown = HoldDown.NONE;
  PoolLimits limits = PoolLimits.DEFAULT;
  List<Server> servers = new ArrayList<>();
  PoolMonitor monitor;
  long nowNs = 1_000 * SECOND;

  TestPool(int loops) {
    state = new PoolState("app", loops);
  }

  /** One loop, and {@code n} servers that have passed their first check. */
  static TestPool up(int n) {
    TestPool pool = new TestPool(1);
    IntStream.range(0, n).forEach(i -> pool.add(Health.awaiting(RISE, FALL).passed()));
    return pool;
  }

  /** One loop, and {@code n} servers that await their first check. */
  static TestPool awaiting(int n) {
    TestPool pool = new TestPool(1);
    IntStream.range(0, n).forEach(i -> pool.add(Health.awaiting(RISE, FALL)));
    return pool;
  }

  TestPool slowStart(int seconds) {
    slowStart = Duration.ofSeconds(seconds);
    return this;
  }

  TestPool passive(PassiveHealth next) {
    passive = next;
    return this;
  }

  TestPool holdDown(HoldDown next) {
    holdDown = next;
    return this;
  }

  TestPool panicThreshold(double next) {
    panicThreshold = next;
    return this;
  }

  TestPool limits(PoolLimits next) {
    limits = next;
    return this;
  }

  /** From now on it is watched. */
  TestPool start() {
    monitor = new PoolMonitor(pool(), nowNs);
    return this;
  }

  Pool pool() {
    return new Pool(
        "app",
        new Balancing(
            Algorithm.LEAST_CONNECTIONS, HashKey.ADDRESS, 0, "", slowStart, panicThreshold),
        servers,
        PoolTimeouts.DEFAULT,
        limits,
        passive,
        holdDown,
        LoadReporting.NONE,
        Sticky.NONE,
        Upstream.PLAIN,
        state);
  }

  ServerState add(Health health) {
    return add(health, 1, 0, false);
  }

  ServerState add(Health health, int weight, int maxConnections, boolean backup) {
    String name = Character.toString('a' + servers.size());
    ServerState added =
        new ServerState(new ServerId("app", name), state, new Standing(Wish.SERVE, health));
    SocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 9000 + servers.size());
    servers.add(new Server(name, address, weight, maxConnections, backup, "", added));
    return added;
  }

  /** The configuration is read anew. */
  void reload() {
    monitor.follow(pool(), nowNs);
  }

  ServerState server(int i) {
    return servers.get(i).state();
  }

  boolean takesNew(int i) {
    return server(i).standing().takesNew();
  }

  void tick() {
    nowNs += PoolMonitor.TICK_NS;
    happened.addAll(monitor.tick(nowNs));
  }

  /** What the alarm is for. */
  void alarm() {
    happened.addAll(monitor.alarmed(nowNs));
  }

  void ticks(long times) {
    for (long i = 0; i < times; i++) {
      tick();
    }
  }

  void seconds(double seconds) {
    ticks(Math.round(seconds * SECOND / PoolMonitor.TICK_NS));
  }

  void check(int i, boolean passed) {
    happened.addAll(monitor.checked(server(i), passed, nowNs));
  }

  void goesDown(int i) {
    for (int n = 0; n < FALL; n++) {
      check(i, false);
    }
  }

  void comesUp(int i) {
    for (int n = 0; n < RISE; n++) {
      check(i, true);
    }
  }

  void wish(int i, Wish wish) {
    happened.addAll(monitor.wished(server(i), wish, nowNs));
  }

  /** So many tries end that way. */
  void tries(int i, int times, Outcome outcome) {
    for (int n = 0; n < times; n++) {
      server(i).ended(0, outcome);
    }
  }

  /** So many good tries that took so long. */
  void answers(int i, int times, long tookNs) {
    for (int n = 0; n < times; n++) {
      server(i).traffic().answered(0, tookNs, nowNs);
      server(i).ended(0, Outcome.GOOD);
    }
  }

  List<String> told() {
    List<String> told =
        happened.stream().map(h -> (h.kind() + " " + h.server().server()).strip()).toList();
    happened.clear();
    return told;
  }
}
