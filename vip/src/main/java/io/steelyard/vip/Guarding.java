package io.steelyard.vip;

import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.guard.Guard;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The driver's guard, if it has one: another is started when it ends. Its callbacks come on the
 * guard's thread, all else on the driver's.
 */
final class Guarding implements AutoCloseable, Guard.Listener {
  /** One that ends at once is not started again and again. */
  private static final long RESTART_AFTER_NS = 1_000_000_000L;

  private Optional<Duration> timeout;
  private final VipListener listener;
  private final Routers routers;
  private final Counters counters;
  private volatile Guard guard;
  private volatile boolean ended;
  private long startedNs;

  Guarding(Optional<Duration> timeout, VipListener listener, Routers routers, Counters counters)
      throws IOException {
    this.timeout = timeout;
    this.listener = listener;
    this.routers = routers;
    this.counters = counters;
    if (timeout.isPresent()) {
      start();
    }
  }

  private void start() throws IOException {
    startedNs = System.nanoTime();
    ended = false;
    guard = Guard.start(timeout.orElseThrow(), this);
  }

  /** One for another time-out; empty if this one will do, or none is wanted. */
  Optional<Guard> another(Optional<Duration> next) throws IOException {
    return next.isEmpty() || next.equals(timeout)
        ? Optional.empty()
        : Optional.of(Guard.start(next.get(), this));
  }

  /**
   * From now on with this time-out: another guard takes the place of the former one, and for the
   * tenths of a second in which it starts, nobody guards.
   *
   * @param started what {@link #another} has returned
   */
  void follow(Optional<Duration> next, Optional<Guard> started) {
    if (next.equals(timeout)) {
      return;
    }
    Guard before = guard;
    timeout = next;
    startedNs = System.nanoTime();
    ended = false;
    guard = started.orElse(null);
    routers.all().stream().filter(Router::isTaken).forEach(this::hold);
    if (before != null) {
      routers.all().forEach(router -> before.drop(router.options().id()));
      routers.former().forEach(router -> before.drop(router.options().id()));
      // It may take a moment to end.
      Thread.ofVirtual().name("former guard").start(before::close);
    }
  }

  void hold(Router router) {
    if (guard != null) {
      guard.hold(router.hold());
    }
  }

  void drop(VipId id) {
    if (guard != null) {
      guard.drop(id);
    }
  }

  long spokeNs() {
    return guard == null ? 0 : guard.spokeNs();
  }

  boolean isSure() {
    return guard == null || guard.isSure(System.nanoTime());
  }

  /**
   * Starts another one in place of one that has ended, a second after that was started at the
   * soonest.
   */
  void beat() {
    long nowNs = System.nanoTime();
    if (ended && nowNs - startedNs > RESTART_AFTER_NS) {
      restart();
    }
    if (guard != null) {
      guard.beat(nowNs);
    }
  }

  private void restart() {
    try {
      start();
      routers.all().stream().filter(Router::isTaken).forEach(this::hold);
    } catch (IOException e) {
      ended = true;
      failed("the guard cannot be started: " + e.getMessage());
    }
  }

  boolean awaitReady(Duration atMost) throws InterruptedException {
    return guard == null || guard.awaitReady(atMost);
  }

  Optional<Long> pid() {
    return guard == null || ended ? Optional.empty() : Optional.of(guard.pid());
  }

  @Override
  public void removed(VipId id) {
    Optional<Router> router = routers.find(id).filter(Router::isTaken);
    if (router.isPresent()) {
      router.get().taken(List.of());
      counters.releases.increment();
      listener.lost(id);
    }
  }

  @Override
  public void failed(String what) {
    counters.errors.increment();
    listener.failed(what);
  }

  @Override
  public void ended(int exitStatus) {
    ended = true;
    counters.errors.increment();
    listener.guardEnded();
  }

  @Override
  public void close() {
    if (guard != null) {
      guard.close();
    }
  }
}
