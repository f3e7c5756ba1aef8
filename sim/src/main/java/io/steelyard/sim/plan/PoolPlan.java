package io.steelyard.sim.plan;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pool as it is to be simulated.
 *
 * @param checks none: no server is ever checked
 */
public record PoolPlan(
    String name,
    Balancing balancing,
    List<ServerPlan> servers,
    PoolTimeouts timeouts,
    PoolLimits limits,
    PassiveHealth passive,
    HoldDown holdDown,
    Optional<Checks> checks) {
  public PoolPlan {
    servers = List.copyOf(servers);
  }

  /**
   * How servers are checked.
   *
   * @param fastInterval while a verdict is changing
   * @param rise checks in a row that must pass
   * @param fall checks in a row that must fail
   */
  public record Checks(
      Duration interval, Duration fastInterval, Duration timeout, int rise, int fall) {
    /** As {@code health: {http: /}} without another word. */
    public static final Checks DEFAULT =
        new Checks(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(1), 2, 3);
  }

  /** The options at their defaults, and with checks. */
  public static PoolPlan of(Algorithm algorithm, List<ServerPlan> servers) {
    return new PoolPlan(
        "sim",
        Balancing.of(algorithm),
        servers,
        PoolTimeouts.DEFAULT,
        PoolLimits.DEFAULT,
        PassiveHealth.NONE,
        HoldDown.DEFAULT,
        Optional.of(Checks.DEFAULT));
  }

  /** These servers under another algorithm; a slow start that was its default follows it. */
  public PoolPlan balancedBy(Algorithm other) {
    Balancing now = balancing;
    Duration slowStart =
        now.slowStart().equals(Balancing.slowStartDefault(now.algorithm()))
            ? Balancing.slowStartDefault(other)
            : now.slowStart();
    return with(
        new Balancing(
            other, now.hashKey(), now.boundedLoad(), now.zone(), slowStart, now.panicThreshold()));
  }

  /** This pool, balanced differently. */
  public PoolPlan with(Balancing other) {
    return new PoolPlan(name, other, servers, timeouts, limits, passive, holdDown, checks);
  }

  /** This pool, with other servers. */
  public PoolPlan with(List<ServerPlan> others) {
    return new PoolPlan(name, balancing, others, timeouts, limits, passive, holdDown, checks);
  }

  /** This pool, with other limits. */
  public PoolPlan with(PoolLimits others) {
    return new PoolPlan(name, balancing, servers, timeouts, others, passive, holdDown, checks);
  }

  /** This pool, with other timeouts. */
  public PoolPlan with(PoolTimeouts others) {
    return new PoolPlan(name, balancing, servers, others, limits, passive, holdDown, checks);
  }

  /** This pool, with other passive health. */
  public PoolPlan with(PassiveHealth other) {
    return new PoolPlan(name, balancing, servers, timeouts, limits, other, holdDown, checks);
  }

  /** This pool, with other hold-downs. */
  public PoolPlan with(HoldDown other) {
    return new PoolPlan(name, balancing, servers, timeouts, limits, passive, other, checks);
  }

  /** This pool, checked differently. */
  public PoolPlan with(Optional<Checks> others) {
    return new PoolPlan(name, balancing, servers, timeouts, limits, passive, holdDown, others);
  }
}
