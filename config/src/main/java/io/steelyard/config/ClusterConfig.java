package io.steelyard.config;

import io.steelyard.core.session.Keyring;
import java.util.List;
import java.util.Optional;

/**
 * The nodes that serve the same sites.
 *
 * @param node this one's name; empty if it is yet to be decided
 * @param bind where this one listens for the others
 * @param peers where nodes listen, this one perhaps among them; none twice
 * @param key what nodes know each other by
 */
public record ClusterConfig(
    String node, Optional<Address.Tcp> bind, List<Address.Tcp> peers, Optional<Keyring> key) {
  /** This node alone. */
  public static final ClusterConfig NONE =
      new ClusterConfig("", Optional.empty(), List.of(), Optional.empty());

  public ClusterConfig {
    peers = List.copyOf(peers);
  }
}
