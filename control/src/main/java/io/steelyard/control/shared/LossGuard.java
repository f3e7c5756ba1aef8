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
    Map<String, Integer> now = new HashMap<>();
    running.pools().forEach(pool -> now.put(pool.name(), pool.servers().size()));
    List<String> losses = new ArrayList<>();
    if (!running.listeners().isEmpty() && next.listeners().isEmpty()) {
      losses.add("no listener would be left");
    }
    int all = servers(running);
    int left = servers(next);
    if (next.pools().size() < running.pools().size() && (all - left) * 2 > all) {
      losses.add("%d of all %d servers would be lost at once".formatted(all - left, all));
    }
    for (PoolConfig pool : next.pools()) {
      int before = now.getOrDefault(pool.name(), 0);
      int after = pool.servers().size();
      if ((before - after) * 2 > before) {
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
