package io.steelyard.sim.world;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Upstream;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.ServerPlan;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Makes core's pools of a plan: as they are after the first checks, or with newcomers. */
final class Pools {
  private static final int PORT = 1;

  private Pools() {}

  /** A pool of the first {@code count} servers, all of which are up. */
  static Pool first(PoolPlan plan, int count, int loops) {
    PoolState state = new PoolState(plan.name(), loops);
    state.concurrencyMax(plan.limits().concurrency());
    List<Server> servers = new ArrayList<>();
    for (ServerPlan server : plan.servers().subList(0, count)) {
      Health health = plan.checks().isPresent() ? awaiting(plan).passed() : unknown();
      servers.add(server(plan, server, state, health));
    }
    return pool(plan, servers, state);
  }

  /** The pool with the next server of the plan, which is new. */
  static Pool joined(PoolPlan plan, Pool before) {
    List<Server> servers = new ArrayList<>(before.servers());
    ServerPlan next = plan.servers().get(servers.size());
    Health health = plan.checks().isPresent() ? awaiting(plan) : unknown();
    servers.add(server(plan, next, before.state(), health));
    return pool(plan, servers, before.state());
  }

  private static Health awaiting(PoolPlan plan) {
    PoolPlan.Checks checks = plan.checks().orElseThrow();
    return Health.awaiting(checks.rise(), checks.fall());
  }

  private static Health unknown() {
    return Health.unknown(1, 1);
  }

  private static Server server(PoolPlan plan, ServerPlan server, PoolState state, Health health) {
    return new Server(
        server.name(),
        InetSocketAddress.createUnresolved(server.name(), PORT),
        server.weight(),
        server.maxConnections(),
        server.backup(),
        server.zone(),
        new ServerState(
            new ServerId(plan.name(), server.name()), state, new Standing(Wish.SERVE, health)));
  }

  private static Pool pool(PoolPlan plan, List<Server> servers, PoolState state) {
    return new Pool(
        plan.name(),
        plan.balancing(),
        servers,
        plan.timeouts(),
        plan.limits(),
        plan.passive(),
        plan.holdDown(),
        LoadReporting.NONE,
        Sticky.NONE,
        Upstream.PLAIN,
        state);
  }
}
