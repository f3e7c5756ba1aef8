package io.steelyard.share;

import io.steelyard.cluster.ShareStatus;

/**
 * What this node shares with others, through a carrier. The carrier's trouble never blocks or fails
 * a request: the node goes on with what it knows, says so, and catches up.
 */
public interface SharedState extends AutoCloseable {
  /** Begins, once; before, nothing is told or taken in. */
  void start();

  /** How it stands. Any thread; does not block. */
  ShareStatus status();

  /**
   * Says something to all nodes, now and in the future: an operator's wish, a secret. May block for
   * as long as a store needs.
   *
   * @param value null: what was said is taken back
   * @return false if there is no room for another fact
   */
  boolean say(String name, byte[] value);

  /** Tells no more. */
  @Override
  void close();
}
