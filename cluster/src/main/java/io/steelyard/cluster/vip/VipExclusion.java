package io.steelyard.cluster.vip;

/** What keeps two nodes that do not hear each other from owning the same. */
public enum VipExclusion {
  /** Nothing: each part of a network that is cut has an owner. */
  NONE,
  /** A node without a majority owns nothing. Two that do not hear each other may both have one. */
  MAJORITY,
  /** A node owns only what a majority grants to it alone, for a time ({@link VipVotes}). */
  LEASE
}
