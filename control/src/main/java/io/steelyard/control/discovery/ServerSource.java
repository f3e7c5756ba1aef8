package io.steelyard.control.discovery;

import io.steelyard.config.DiscoverConfig;

/** Where servers of one pool are found. One thread. */
public interface ServerSource extends AutoCloseable {
  /** Asks; blocks, for a limited time. What goes wrong is an answer, too. */
  Answer ask() throws InterruptedException;

  @Override
  void close();

  /** Makes sources. */
  @FunctionalInterface
  interface Factory {
    /** Does not ask yet, and does not block. */
    ServerSource open(DiscoverConfig config);
  }
}
