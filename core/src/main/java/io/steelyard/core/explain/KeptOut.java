package io.steelyard.core.explain;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that gets no new requests now, and why.
 *
 * @param why in words
 */
public record KeptOut(String server, String why) {
  /**
   * The servers of a pool that are kept out, in its order. Where none is left, those that would be
   * kept out otherwise may take part: they are not.
   */
  public static List<KeptOut> of(Pool pool) {
    PoolView view = new PoolView(pool, (_, _, _) -> Balancer.NONE);
    List<KeptOut> all = new ArrayList<>();
    for (int i = 0; i < pool.servers().size(); i++) {
      Server server = pool.servers().get(i);
      if (!view.takesNew(i)) {
        all.add(new KeptOut(server.name(), why(server)));
      } else if (server.limit() > 0 && server.state().inFlight() >= server.limit()) {
        all.add(new KeptOut(server.name(), "full"));
      }
    }
    return all;
  }

  private static String why(Server server) {
    Standing standing = server.state().standing();
    if (standing.wish() != Wish.SERVE) {
      return standing.wish() == Wish.DRAIN ? "drained" : "in maintenance";
    }
    if (standing.asked() != Wish.SERVE) {
      return "asks for none itself";
    }
    if (!standing.probed().up()) {
      return standing.probed().known() ? "down" : "awaits its first check";
    }
    if (standing.ejected()) {
      return "ejected: its traffic failed";
    }
    return standing.held() ? "held: it has flipped too often" : "weight 0";
  }
}
