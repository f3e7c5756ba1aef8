package io.steelyard.sim.bench;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.sim.plan.Scenario;

/**
 * Round robin shares out by weight as long as nothing changes: counts what each server gets between
 * two changes, and what it should.
 */
final class Turns {
  /** What a turn may be early or late. */
  private static final double SLACK = 4;

  private final boolean applies;
  private long[] got = new long[0];
  private long total;
  private int epoch = -1;
  private int size;

  Turns(Scenario scenario) {
    var pool = scenario.pool();
    applies =
        pool.balancing().algorithm() == Algorithm.ROUND_ROBIN
            && scenario.loops() == 1
            && pool.balancing().zone().isEmpty()
            && pool.servers().stream().allMatch(s -> s.maxConnections() == 0 && !s.backup());
  }

  void picked(int server, Tried tried, Pool pool) {
    if (!applies) {
      return;
    }
    if (!tried.isEmpty()) {
      // A retry takes somebody's turn out of order.
      size = 0;
      return;
    }
    if (epoch != pool.state().epoch() || size != pool.servers().size()) {
      epoch = pool.state().epoch();
      size = pool.servers().size();
      got = new long[size];
      total = 0;
    }
    got[server]++;
    total++;
    compare(pool);
  }

  private void compare(Pool pool) {
    double all = pool.servers().stream().mapToDouble(s -> weight(s, pool)).sum();
    for (int i = 0; i < got.length; i++) {
      double due = total * weight(pool.servers().get(i), pool) / all;
      if (all > 0 && Math.abs(got[i] - due) > SLACK) {
        throw new Laws.Broken(
            "round robin shares by weight: server %d got %d, %.1f were due"
                .formatted(i, got[i], due));
      }
    }
  }

  private static double weight(Server server, Pool pool) {
    var standing = server.state().standing();
    boolean takes = pool.state().panic() ? standing.wish() == Wish.SERVE : standing.takesNew();
    return takes ? (double) server.weight() * server.state().ramp() : 0;
  }
}
