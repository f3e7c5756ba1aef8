package io.steelyard.app.node.cluster;

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

  @Override
  default void close() {}
}
