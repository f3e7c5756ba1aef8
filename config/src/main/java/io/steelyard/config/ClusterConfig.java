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
 * @param vips addresses that one of them owns at a time
 * @param quorum what an owner needs
 */
public record ClusterConfig(
    String node,
    Optional<Address.Tcp> bind,
    List<Address.Tcp> peers,
    Optional<Keyring> key,
    List<VipConfig> vips,
    QuorumMode quorum) {
  /** This node alone. */
  public static final ClusterConfig NONE =
      new ClusterConfig("", Optional.empty(), List.of(), Optional.empty());

  /** Without virtual addresses. */
  public ClusterConfig(
      String node, Optional<Address.Tcp> bind, List<Address.Tcp> peers, Optional<Keyring> key) {
    this(node, bind, peers, key, List.of(), QuorumMode.NONE);
  }

  public ClusterConfig {
    peers = List.copyOf(peers);
    vips = List.copyOf(vips);
  }

  /** The nodes only. */
  public ClusterConfig withoutVips() {
    return new ClusterConfig(node, bind, peers, key);
  }
}
