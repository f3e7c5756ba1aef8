package io.steelyard.cluster.vip;

/** What keeps two nodes that do not hear each other from owning the same. */
public enum VipExclusion {
  /** Nothing: each part of a network that is cut has an owner. */
  NONE,
  /**
   * A node owns only what is leased to it alone, for a time: by more than half of all nodes ({@link
   * io.steelyard.cluster.member.Membership}), or by a store.
   */
  LEASE
}
