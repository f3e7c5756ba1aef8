package io.steelyard.cluster.vip;

/**
 * By how much the priority of a virtual router falls. Those of a group add up.
 *
 * @param hard from 0; when nothing is left of the priority, this node cannot own it
 * @param soft from 0; leaves 1 of what {@code hard} has left: it is better owned by this node than
 *     by nobody
 */
public record VipPenalty(int hard, int soft) {
  /** All is as it should be. */
  public static final VipPenalty NONE = new VipPenalty(0, 0);

  public VipPenalty {
    if (hard < 0 || soft < 0) {
      throw new IllegalArgumentException("penalties of " + hard + " and " + soft);
    }
  }

  /** Of two at a time. */
  VipPenalty plus(VipPenalty other) {
    return new VipPenalty(hard + other.hard, soft + other.soft);
  }

  /** What is left of a priority; 0: nothing. */
  int from(int priority) {
    int left = priority - hard;
    return left <= 0 ? 0 : Math.max(1, left - soft);
  }
}
