package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes the balancer of an algorithm. Weights are given here for what is computed once; a changed
 * weight wants a new balancer.
 */
public final class Balancers {
  private Balancers() {}

  /** One balancer for servers none of which is a backup. */
  public static Balancer of(Algorithm algorithm, List<String> names, int[] weights) {
    return perLoop(algorithm, names, weights).get();
  }

  /**
   * One balancer; see {@link #perLoop(Algorithm, List, int[], boolean[])}, which spares computing
   * the same table for each loop.
   */
  public static Balancer of(
      Algorithm algorithm, List<String> names, int[] weights, boolean[] backup) {
    return perLoop(algorithm, names, weights, backup).get();
  }

  /**
   * Balancers that use the servers marked in {@code backup} only while no other is usable. Ask once
   * for each loop, from any thread; what loops may share is computed once, now.
   *
   * @param names of the servers, unique; what hashing hangs on, so keep them from one configuration
   *     to the next
   * @param weights 0 to 256, one per name; 0 is never chosen
   * @param backup one per name
   * @throws IllegalArgumentException when the sizes differ
   */
  public static Supplier<Balancer> perLoop(
      Algorithm algorithm, List<String> names, int[] weights, boolean[] backup) {
    requireSameSize(names.size(), backup.length);
    Supplier<Balancer> primaries = perLoop(algorithm, names, only(false, backup, weights));
    if (noneOf(backup)) {
      return primaries;
    }
    Supplier<Balancer> backups = perLoop(algorithm, names, only(true, backup, weights));
    boolean[] isBackup = backup.clone();
    return () -> new PrimaryThenBackup(primaries.get(), backups.get(), isBackup);
  }

  private static Supplier<Balancer> perLoop(
      Algorithm algorithm, List<String> names, int[] weights) {
    requireSameSize(names.size(), weights.length);
    int size = weights.length;
    boolean equal = Arrays.stream(weights).filter(w -> w > 0).distinct().count() <= 1;
    return switch (algorithm) {
      case ROUND_ROBIN -> () -> roundRobin(equal, size);
      case LEAST_CONNECTIONS -> () -> new LeastConnections(size, roundRobin(equal, size));
      case IP_HASH -> {
        Maglev shared = new Maglev(new MaglevTable(names, weights));
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
  private static int[] only(boolean group, boolean[] backup, int[] weights) {
    requireSameSize(backup.length, weights.length);
    int[] only = weights.clone();
    for (int i = 0; i < only.length; i++) {
      only[i] = backup[i] == group ? only[i] : 0;
    }
    return only;
  }

  private static boolean noneOf(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return false;
      }
    }
    return true;
  }

  private static void requireSameSize(int names, int others) {
    if (names != others) {
      throw new IllegalArgumentException(names + " names for " + others + " servers");
    }
  }
}
