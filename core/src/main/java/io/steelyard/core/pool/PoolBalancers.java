package io.steelyard.core.pool;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.BalancerSpec;
import io.steelyard.core.balance.BalancerSpec.Member;
import io.steelyard.core.balance.Balancers;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Makes the balancers that a pool is configured for. */
public final class PoolBalancers {
  private PoolBalancers() {}

  /** See {@link Balancers#perLoop}. */
  public static Supplier<Balancer> perLoop(Pool pool) {
    return Balancers.perLoop(spec(pool));
  }

  private static BalancerSpec spec(Pool pool) {
    String zone = pool.balancing().zone();
    List<Member> members = new ArrayList<>(pool.servers().size());
    for (Server server : pool.servers()) {
      members.add(member(server, zone));
    }
    return new BalancerSpec(pool.balancing().algorithm(), members, pool.balancing().boundedLoad());
  }

  private static Member member(Server server, String zone) {
    boolean local = !zone.isEmpty() && zone.equals(server.zone());
    return new Member(server.name(), server.weight(), server.backup(), local);
  }
}
