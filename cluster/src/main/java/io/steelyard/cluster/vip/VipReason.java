package io.steelyard.cluster.vip;

/** Why a node gives a virtual router up, or may not own it. */
public enum VipReason {
  STRONGER("another owner is stronger"),
  NOT_READY("this node is not ready to serve"),
  TRACKED("what is tracked has left no priority"),
  NO_QUORUM("this node does not reach a majority"),
  NO_LEASE("a majority does not let this node own it"),
  PAUSED("this process was stopped for so long that another may own it"),
  GROUP("another one of its group was given up"),
  IN_USE("another host, which advertises nothing, uses its address"),
  STOPPED("this node stops"),
  REMOVED("it is not configured any more");

  private final String text;

  VipReason(String text) {
    this.text = text;
  }

  /** As it is told to people. */
  public String text() {
    return text;
  }
}
