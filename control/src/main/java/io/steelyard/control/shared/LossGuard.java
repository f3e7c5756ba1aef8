package io.steelyard.control.shared;

import io.steelyard.config.Config;
import io.steelyard.config.PoolConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells accidents from changes: services that could not renew their registrations vanish all at
 * once, and whoever follows them has no site any more.
 */
public final class LossGuard {
  private LossGuard() {}

  /**
   * The pools that would have lost more than half of their servers, one line each. A pool that is
   * no more was removed together with all that refers to it, which nobody does by accident; unless
   * most of the site goes with it, as when what writes it has lost its own sources.
   */
  public static List<String> losses(Config running, Config next) {
    Map<String, PoolConfig> now = new HashMap<>();
    running.pools().forEach(pool -> now.put(pool.name(), pool));
    List<String> losses = new ArrayList<>();
    if (!running.listeners().isEmpty() && next.listeners().isEmpty()) {
      losses.add("no listener would be left");
    }
    int all = servers(running);
    int left = servers(next);
    boolean vanished =
        !next.pools().stream().map(PoolConfig::name).toList().containsAll(now.keySet());
    if (vanished && (all - left) * 2 > all) {
      losses.add("%d of all %d servers would be lost at once".formatted(all - left, all));
    }
    for (PoolConfig pool : next.pools()) {
      PoolConfig former = now.get(pool.name());
      int before = former == null ? 0 : former.servers().size();
      int after = pool.servers().size();
      // Who begins to discover servers need not list them any more.
      boolean moved = former != null && !pool.discover().equals(former.discover());
      if ((before - after) * 2 > before && !(moved && pool.discover().isPresent())) {
        losses.add(
            "pool '%s' would lose %d of its %d servers at once"
                .formatted(pool.name(), before - after, before));
      }
    }
    return losses;
  }

  private static int servers(Config config) {
    return config.pools().stream().mapToInt(pool -> pool.servers().size()).sum();
  }
}
