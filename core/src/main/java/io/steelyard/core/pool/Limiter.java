package io.steelyard.core.pool;

import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import java.util.Collection;

/** Keeps a pool's limit of requests in flight: the configured one, or one that is found. */
final class Limiter {
  /** What an adaptive limit is at most when nothing is configured. */
  private static final int LIMIT_MAX = 100_000;

  private static final int LIMIT_MIN = 8;

  private Pool pool;
  private AdaptiveLimit adaptive;

  Limiter(Pool pool) {
    follow(pool);
  }

  void follow(Pool next) {
    pool = next;
    PoolLimits limits = next.limits();
    if (!limits.adaptive()) {
      adaptive = null;
      next.state().concurrencyMax(limits.concurrency());
      return;
    }
    int most = limits.concurrency() > 0 ? limits.concurrency() : LIMIT_MAX;
    int least = Math.min(most, Math.max(LIMIT_MIN, next.servers().size()));
    if (adaptive == null) {
      adaptive = new AdaptiveLimit(least, most);
    } else {
      adaptive.bounds(least, most);
    }
    next.state().concurrencyMax(adaptive.limit());
  }

  /** A tick's worth of traffic has passed. */
  void tick(Collection<Watched> servers, long nowNs) {
    if (adaptive == null) {
      return;
    }
    Totals tick = Totals.ZERO;
    for (Watched server : servers) {
      tick = tick.plus(server.sinceLast());
    }
    int inFlight = pool.state().inFlight();
    pool.state()
        .concurrencyMax(
            adaptive.window(tick.answered(), tick.typicalNs(), tick.timedOut(), inFlight, nowNs));
  }
}
