package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipReason;
import java.util.Map;
import java.util.Set;

/** What lets a node own a virtual address beside its own eyes. Any thread; does not block. */
interface Leases extends AutoCloseable {
  /** What this node owns or would own; what is not among them has been given up. */
  void wants(Set<String> names);

  /**
   * Until when which of those are this node's for sure, as {@link System#nanoTime} counts; what is
   * not named is not.
   */
  Map<String, Long> untilNs();

  /** What is wrong with them, for people; empty: nothing. */
  String trouble();

  /** Why something is not owned, for people. */
  default String text(VipReason reason) {
    return reason.text();
  }

  /** What has happened, by what it is called. */
  default Map<String, Long> counts() {
    return Map.of();
  }

  /** Another process of this node goes on with what this one owns. */
  default void handOver() {}

  /** Gives up what is left; may wait a moment. */
  @Override
  default void close() {}
}
