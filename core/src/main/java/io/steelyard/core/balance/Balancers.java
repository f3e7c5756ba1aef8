package io.steelyard.core.balance;

import io.steelyard.core.balance.BalancerSpec.Member;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes the balancer of an algorithm. What is computed once comes from the configured weights; a
 * changed weight wants a new balancer.
 */
public final class Balancers {
  private Balancers() {}

  /** One balancer for servers none of which is a backup. */
  public static Balancer of(Algorithm algorithm, List<String> names, int[] weights) {
    return perLoop(BalancerSpec.of(algorithm, names, weights)).get();
  }

  /** One balancer; {@link #perLoop} spares computing the same table for each loop. */
  public static Balancer of(BalancerSpec spec) {
    return perLoop(spec).get();
  }

  /**
   * Balancers that use backup servers only while no other is usable. Ask once for each loop, from
   * any thread; what loops may share is computed once, now.
   */
  public static Supplier<Balancer> perLoop(BalancerSpec spec) {
    List<Member> members = spec.members();
    Supplier<Balancer> primaries = group(spec, weights(members, m -> !m.backup()));
    if (members.stream().noneMatch(Member::backup)) {
      return primaries;
    }
    Supplier<Balancer> backups = group(spec, weights(members, Member::backup));
    boolean[] isBackup = new boolean[members.size()];
    for (int i = 0; i < isBackup.length; i++) {
      isBackup[i] = members.get(i).backup();
    }
    return () -> new PrimaryThenBackup(primaries.get(), backups.get(), isBackup);
  }

  private static Supplier<Balancer> group(BalancerSpec spec, int[] weights) {
    int size = weights.length;
    boolean equal = Arrays.stream(weights).filter(w -> w > 0).distinct().count() <= 1;
    return switch (spec.algorithm()) {
      case ROUND_ROBIN -> () -> roundRobin(equal, size);
      case LEAST_CONNECTIONS, LEAST_RESPONSE_TIME, LEAST_BANDWIDTH, CUSTOM_LOAD ->
          () -> new LeastConnections(size, roundRobin(equal, size));
      case IP_HASH, HASH -> {
        Maglev shared = new Maglev(new MaglevTable(spec.names(), weights));
        yield () -> shared;
      }
      case RANDOM -> RandomChoice::new;
      case POWER_OF_TWO -> PowerOfTwo::new;
      case FIRST -> First::new;
    };
  }

  private static Balancer roundRobin(boolean equalWeights, int size) {
    return equalWeights ? new RoundRobin() : new SmoothRoundRobin(size);
  }

  /** The weights with 0 for the servers outside the group. */
  private static int[] weights(List<Member> members, Predicate<Member> group) {
    return members.stream().mapToInt(m -> group.test(m) ? m.weight() : 0).toArray();
  }
}
