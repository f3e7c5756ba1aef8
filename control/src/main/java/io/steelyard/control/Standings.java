package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.control.probe.CheckResult;
import io.steelyard.control.probe.Results;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The one writer of every server's standing: checks, operator and reloads all go through here. */
final class Standings implements Results {
  private static final Logger LOG = System.getLogger("steelyard.health");

  private final Events events;

  Standings(Events events) {
    this.events = events;
  }

  /**
   * Counts a check's result; a verdict that flips, and a first one that the server is down, becomes
   * an event and a line in the log.
   */
  @Override
  public synchronized void found(ServerState server, CheckResult result) {
    Health before = server.standing().probed();
    Health after = result.passed() ? before.passed() : before.failed();
    if (before.up() != after.up() || (!before.known() && !after.up())) {
      // Before it takes effect, so that whoever sees the verdict also finds the event.
      report(server.id(), before, after, result);
    }
    server.standing(server.standing().probed(after));
  }

  /** Sets what the operator wishes. */
  synchronized void wish(ServerState server, Wish wish) {
    if (server.standing().wish() != wish) {
      server.standing(server.standing().wish(wish));
      String text = text(server.id()) + " is to " + words(wish);
      events.add(Kind.WISH, text);
      LOG.log(Level.INFO, text);
    }
  }

  /**
   * Fits the states that {@code next} took over from {@code previous} to the configuration: new
   * limits keep the verdict; a server that moved to another address awaits its first one again. One
   * that is checked from now on counts as up until a result says otherwise, as it did before.
   */
  synchronized void adopt(Config config, Snapshot previous, Snapshot next) {
    Map<ServerId, SocketAddress> before = new HashMap<>();
    for (Pool pool : previous.pools()) {
      pool.servers().forEach(s -> before.put(s.state().id(), s.address()));
    }
    for (int p = 0; p < next.pools().size(); p++) {
      for (Server server : next.pools().get(p).servers()) {
        SocketAddress old = before.get(server.state().id());
        if (old != null) {
          adopt(config.pools().get(p), server, old.equals(server.address()));
        }
      }
    }
  }

  private static void adopt(PoolConfig pool, Server server, boolean samePlace) {
    ServerState state = server.state();
    Optional<HealthConfig> checks = pool.health().filter(_ -> samePlace);
    Health health =
        checks
            .map(c -> state.standing().probed().rescaled(c.rise(), c.fall()))
            .orElseGet(() -> SnapshotBuilder.newcomerHealth(pool));
    state.standing(state.standing().probed(health));
  }

  private void report(ServerId id, Health before, Health after, CheckResult result) {
    int needed = after.up() ? after.rise() : after.fall();
    String count = before.known() ? needed + " of " + needed + " checks" : "the first check";
    String text =
        "%s is %s: %s (%s %s)"
            .formatted(
                text(id),
                after.up() ? "UP" : "DOWN",
                result.text(),
                count,
                after.up() ? "passed" : "failed");
    events.add(after.up() ? Kind.SERVER_UP : Kind.SERVER_DOWN, text);
    LOG.log(after.up() ? Level.INFO : Level.WARNING, text);
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
