package io.steelyard.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a node goes about what it shares.
 *
 * @param lastGood the file where the last configuration is kept that was served; by default beside
 *     the node's own file
 * @param acceptLosses whether a pool may lose more than half of its servers in one change
 * @param credentials what the store wants to know of the node, and the node of the store
 */
public record FromOptions(
    Optional<Path> lastGood, boolean acceptLosses, FromCredentials credentials) {
  /** When nothing is said. */
  public static final FromOptions DEFAULT =
      new FromOptions(Optional.empty(), false, FromCredentials.NONE);
}
