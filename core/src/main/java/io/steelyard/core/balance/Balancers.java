package io.steelyard.core.balance;

import io.steelyard.core.balance.BalancerSpec.Member;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes the balancer of an algorithm. What is computed once comes from the configured weights; a
 * changed weight wants a new balancer.
 *
 * <pre>
 *   primaries, and when none of them is usable backups;
 *     of each: the own zone, and the others as far as it is not healthy enough;
 *       of each: the algorithm
 * </pre>
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
   * Balancers that use backup servers only while no other is usable, and other zones only as far as
   * the own is not healthy enough. Ask once for each loop, from any thread; what loops may share is
   * computed once, now.
   */
  public static Supplier<Balancer> perLoop(BalancerSpec spec) {
    int[] primaries = which(spec, false);
    int[] backups = which(spec, true);
    if (backups.length == 0) {
      return zones(spec, primaries);
    }
    Supplier<Balancer> primary = zones(spec, primaries);
    Supplier<Balancer> backup = zones(spec, backups);
    return () -> new PrimaryThenBackup(primary.get(), backup.get());
  }

  private static int[] which(BalancerSpec spec, boolean backup) {
    Member[] members = spec.members().toArray(Member[]::new);
    int[] which = new int[members.length];
    int count = 0;
    for (int i = 0; i < members.length; i++) {
      if (members[i].backup() == backup) {
        which[count++] = i;
      }
    }
    return Arrays.copyOf(which, count);
  }

  private static int[] local(List<Member> members, int[] indexes, boolean local) {
    int[] which = new int[indexes.length];
    int count = 0;
    for (int i : indexes) {
      if (members.get(i).local() == local) {
        which[count++] = i;
      }
    }
    return Arrays.copyOf(which, count);
  }

  private static Supplier<Balancer> zones(BalancerSpec spec, int[] indexes) {
    List<Member> members = spec.members();
    int[] here = local(members, indexes, true);
    int[] there = local(members, indexes, false);
    if (here.length == 0 || there.length == 0) {
      return group(spec, indexes);
    }
    Supplier<Balancer> local = group(spec, here);
    Supplier<Balancer> remote = group(spec, there);
    boolean[] isLocal = new boolean[members.size()];
    int[] weights = new int[members.size()];
    for (int i : indexes) {
      isLocal[i] = members.get(i).local();
      weights[i] = members.get(i).weight();
    }
    boolean byKey = spec.algorithm().hashes();
    return () -> new ZonePreference(local.get(), remote.get(), isLocal, weights, byKey);
  }

  private static Supplier<Balancer> group(BalancerSpec spec, int[] indexes) {
    int size = spec.members().size();
    if (indexes.length == size) {
      return whole(spec, true);
    }
    List<Member> some = Arrays.stream(indexes).mapToObj(spec.members()::get).toList();
    Supplier<Balancer> inside =
        whole(new BalancerSpec(spec.algorithm(), some, spec.boundedLoad()), false);
    return () -> new Group(inside.get(), indexes, size);
  }

  private static Supplier<Balancer> whole(BalancerSpec spec, boolean wholePool) {
    int size = spec.members().size();
    int[] weights = spec.members().stream().mapToInt(Member::weight).toArray();
    return switch (spec.algorithm()) {
      case ROUND_ROBIN -> () -> roundRobin(size);
      case LEAST_CONNECTIONS -> least(Measure.CONNECTIONS, weights);
      case LEAST_RESPONSE_TIME -> least(Measure.LATENCY, weights);
      case LEAST_BANDWIDTH -> least(Measure.BANDWIDTH, weights);
      case CUSTOM_LOAD -> least(Measure.REPORT, weights);
      case IP_HASH, HASH -> {
        MaglevTable table = new MaglevTable(spec.names(), weights);
        yield () -> new Maglev(table, weights, bound(spec, wholePool));
      }
      case RANDOM -> () -> new RandomChoice(size);
      case POWER_OF_TWO -> () -> new PowerOfTwo(size);
      case FIRST -> () -> new First(weights);
    };
  }

  private static Balancer roundRobin(int size) {
    return size <= SmoothRoundRobin.SERVERS_MAX ? new SmoothRoundRobin(size) : new RoundRobin(size);
  }

  private static Supplier<Balancer> least(Measure measure, int[] weights) {
    int size = weights.length;
    if (size <= LeastScan.SERVERS_MAX) {
      return () -> new SlowStarts(new LeastScan(measure, size), weights);
    }
    Falls falls = new Falls();
    return () -> new SlowStarts(new LeastHeap(measure, size, falls.join()), weights);
  }

  private static LoadBound bound(BalancerSpec spec, boolean wholePool) {
    return new LoadBound(spec.members().size(), spec.boundedLoad(), wholePool);
  }
}
