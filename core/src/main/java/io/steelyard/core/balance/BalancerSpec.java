package io.steelyard.core.balance;

import java.util.ArrayList;
import java.util.List;

/**
 * What a balancer is built for.
 *
 * @param members in the pool's order
 * @param boundedLoad for the algorithms that hash: no server gets more than this multiple of the
 *     average load, 1.01 and more; 0 is no bound
 */
public record BalancerSpec(Algorithm algorithm, List<Member> members, double boundedLoad) {
  public BalancerSpec {
    members = List.copyOf(members);
  }

  /**
   * A server as configured; the weight that counts at a moment comes from {@link
   * Candidates#weight}.
   *
   * @param name unique; what hashing hangs on, so keep it from one configuration to the next
   * @param weight 0 to 256; 0 is never chosen
   * @param backup used only while no other is usable
   * @param local stands in the balancer's own zone; nobody does: zones do not matter
   */
  public record Member(String name, int weight, boolean backup, boolean local) {}

  /** No backups, no zones, no bound. */
  public static BalancerSpec of(Algorithm algorithm, List<String> names, int[] weights) {
    if (names.size() != weights.length) {
      throw new IllegalArgumentException(names.size() + " names, " + weights.length + " weights");
    }
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      members.add(new Member(names.get(i), weights[i], false, false));
    }
    return new BalancerSpec(algorithm, members, 0);
  }

  List<String> names() {
    return members.stream().map(Member::name).toList();
  }
}
