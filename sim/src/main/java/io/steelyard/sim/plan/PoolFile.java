package io.steelyard.sim.plan;

import io.steelyard.config.Config;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.sim.engine.Distribution;
import java.util.List;

/** A pool of a real configuration, its servers being machines that are all alike. */
public final class PoolFile {
  private PoolFile() {}

  /** All that is configured counts; what is asked in a check does not. */
  public static PoolPlan plan(Config config, PoolConfig pool, Distribution latency, int capacity) {
    List<ServerPlan> servers =
        pool.servers().stream()
            .map(s ->
                new ServerPlan(
                    s.name(),
                    s.weight(),
                    s.maxConnections(),
                    s.backup(),
                    s.zone(),
                    latency,
                    capacity))
            .toList();
    return new PoolPlan(
        pool.name(),
        pool.preferZone() ? pool.balancing().inZone(config.zone()) : pool.balancing(),
        servers,
        pool.timeouts(),
        pool.limits(),
        pool.passive(),
        pool.holdDown(),
        pool.health().map(PoolFile::checks));
  }

  private static PoolPlan.Checks checks(HealthConfig health) {
    return new PoolPlan.Checks(
        health.interval(), health.fastInterval(), health.timeout(), health.rise(), health.fall());
  }
}
