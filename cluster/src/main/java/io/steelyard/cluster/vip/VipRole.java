package io.steelyard.cluster.vip;

/** What a node is to a virtual router (RFC 9568, section 6.4). */
public enum VipRole {
  /** It takes no part. */
  INITIALIZE,
  /** It watches whether the owner is there. */
  BACKUP,
  /** It owns the addresses. */
  ACTIVE
}
