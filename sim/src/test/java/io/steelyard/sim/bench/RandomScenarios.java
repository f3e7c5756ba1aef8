package io.steelyard.sim.bench;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.Fault;
import io.steelyard.sim.plan.Fault.Kind;
import io.steelyard.sim.plan.KeyPlan;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.plan.ServerPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Pools, loads and misfortunes of every kind, from a seed. */
final class RandomScenarios {
  private static final long SECOND_NS = 1_000_000_000L;

  private final long seed;
  private final SplittableRandom random;
  private final long durationNs;

  private RandomScenarios(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.durationNs = random.nextLong(10, 40) * SECOND_NS;
  }

  static Scenario of(long seed) {
    return new RandomScenarios(seed).scenario();
  }

  private Scenario scenario() {
    List<ServerPlan> servers = servers();
    PoolPlan pool =
        new PoolPlan(
            "p",
            balancing(),
            servers,
            timeouts(),
            limits(),
            passive(),
            holdDown(),
            chance(0.9) ? Optional.of(checks()) : Optional.empty());
    Arrivals arrivals =
        chance(0.8)
            ? new Arrivals.Rate(random.nextDouble(20, 150))
            : new Arrivals.Clients(random.nextInt(1, 30), latency());
    return new Scenario(
        pool,
        arrivals,
        new KeyPlan(random.nextInt(1, 1000), random.nextInt(2)),
        random.nextBoolean() ? 1 : random.nextDouble(),
        new Distribution.Constant(10_000),
        faults(servers.size()),
        random.nextInt(1, 5),
        durationNs,
        0,
        seed);
  }

  private List<ServerPlan> servers() {
    boolean plain = chance(0.4);
    int count = random.nextInt(1, 9);
    List<ServerPlan> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      servers.add(
          new ServerPlan(
              "s" + i,
              plain ? 1 + i % 3 : random.nextInt(0, 5),
              plain || chance(0.6) ? 0 : random.nextInt(1, 8),
              !plain && chance(0.15),
              plain || chance(0.5) ? "" : "z" + random.nextInt(2),
              latency(),
              random.nextInt(1, 20)));
    }
    return servers;
  }

  private Distribution latency() {
    double mean = random.nextDouble(1e6, 60e6);
    return switch (random.nextInt(4)) {
      case 0 -> new Distribution.Constant((long) mean);
      case 1 -> new Distribution.Uniform(0, (long) (2 * mean));
      case 2 -> new Distribution.LogNormal(mean, random.nextDouble(2));
      default -> new Distribution.Exponential(mean);
    };
  }

  private Balancing balancing() {
    Algorithm algorithm = any(List.of(Algorithm.values()));
    return new Balancing(
        algorithm,
        HashKey.ADDRESS,
        chance(0.3) ? 1.25 : 0,
        chance(0.3) ? "z0" : "",
        chance(0.5) ? Balancing.slowStartDefault(algorithm) : millis(0, 8000),
        chance(0.3) ? random.nextDouble(0.2, 0.9) : 0);
  }

  private PoolTimeouts timeouts() {
    return new PoolTimeouts(
        millis(50, 1000),
        millis(100, 3000),
        Duration.ofSeconds(30),
        millis(10, 2000),
        chance(0.3) ? millis(100, 4000) : Duration.ZERO);
  }

  private PoolLimits limits() {
    return new PoolLimits(
        256,
        random.nextInt(0, 5),
        random.nextDouble(0, 0.5),
        random.nextInt(0, 5),
        chance(0.2),
        chance(0.2) ? random.nextInt(1, 40) : 0,
        false,
        chance(0.3) ? random.nextInt(0, 8) : 256);
  }

  private PassiveHealth passive() {
    if (chance(0.4)) {
      return PassiveHealth.NONE;
    }
    return new PassiveHealth(
        random.nextInt(0, 6),
        chance(0.5) ? 0 : random.nextInt(20, 90),
        random.nextInt(5, 30),
        chance(0.6) ? 0 : random.nextDouble(2, 8),
        millis(1000, 10_000),
        millis(500, 5000),
        millis(5000, 30_000),
        random.nextDouble(0.1, 1));
  }

  private HoldDown holdDown() {
    return chance(0.3)
        ? HoldDown.NONE
        : new HoldDown(
            random.nextInt(1, 4), millis(5000, 60_000), millis(500, 5000), millis(5000, 20_000));
  }

  private PoolPlan.Checks checks() {
    Duration interval = millis(200, 2000);
    return new PoolPlan.Checks(
        interval,
        interval.dividedBy(random.nextInt(1, 5)),
        Duration.ofMillis(random.nextLong(50, interval.toMillis() + 1)),
        random.nextInt(1, 4),
        random.nextInt(1, 4));
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private List<Fault> faults(int servers) {
    List<Fault> faults = new ArrayList<>();
    int count = random.nextInt(0, 9);
    for (int i = 0; i < count; i++) {
      Kind kind = any(List.of(Kind.values()));
      String whom =
          switch (random.nextInt(8)) {
            case 0 -> "all";
            case 1 -> "half";
            default -> "s" + random.nextInt(servers);
          };
      if (kind != Kind.JOIN || whom.startsWith("s")) {
        faults.add(fault(kind, whom));
      }
    }
    return faults.stream().filter(f -> isFirstJoin(f, faults)).toList();
  }

  private static boolean isFirstJoin(Fault fault, List<Fault> all) {
    return fault.kind() != Kind.JOIN
        || all.stream()
            .filter(f -> f.kind() == Kind.JOIN && f.servers().equals(fault.servers()))
            .findFirst()
            .orElseThrow()
            .equals(fault);
  }

  private Fault fault(Kind kind, String whom) {
    double amount =
        switch (kind) {
          case SLOW -> random.nextDouble(2, 50);
          case ERRORS -> random.nextDouble(0.1, 1);
          case FLAP -> random.nextDouble(0.2, 4) * SECOND_NS;
          default -> 0;
        };
    long at = random.nextLong(durationNs);
    boolean ends = chance(0.85);
    return new Fault(
        at, whom, kind, amount, ends ? random.nextLong(durationNs / 2) : Fault.FOR_EVER);
  }

  private Duration millis(int least, int most) {
    return Duration.ofMillis(random.nextInt(least, most + 1));
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }
}
