package io.steelyard.config;

import io.steelyard.core.session.Keyring;
import java.time.Duration;
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
 * @param quorumLease for how long at least a lease of a store is good
 * @param store where these leases are; empty unless {@code quorum} wants it
 */
public record ClusterConfig(
    String node,
    Optional<Address.Tcp> bind,
    List<Address.Tcp> peers,
    Optional<Keyring> key,
    List<VipConfig> vips,
    QuorumMode quorum,
    Duration quorumLease,
    Optional<FromConfig.Store> store) {
  /** What {@code quorum-lease} is unless it is said: a store elects a leader meanwhile. */
  public static final Duration QUORUM_LEASE_DEFAULT = Duration.ofSeconds(3);

  /** This node alone. */
  public static final ClusterConfig NONE =
      new ClusterConfig("", Optional.empty(), List.of(), Optional.empty());

  /** Without virtual addresses. */
  public ClusterConfig(
      String node, Optional<Address.Tcp> bind, List<Address.Tcp> peers, Optional<Keyring> key) {
    this(
        node, bind, peers, key, List.of(), QuorumMode.NONE, QUORUM_LEASE_DEFAULT, Optional.empty());
  }

  public ClusterConfig {
    peers = List.copyOf(peers);
    vips = List.copyOf(vips);
  }

  /** The same with the store that a configuration comes from, if this wants it. */
  ClusterConfig from(Optional<FromConfig> from) {
    if (quorum != QuorumMode.STORE) {
      return this;
    }
    Optional<FromConfig.Store> leases =
        from.filter(FromConfig.Store.class::isInstance).map(FromConfig.Store.class::cast);
    return new ClusterConfig(node, bind, peers, key, vips, quorum, quorumLease, leases);
  }

  /** Where this node listens, if that is an address that other nodes could reach. */
  public Optional<Address.Tcp> reachableAt() {
    return bind.filter(address -> !address.host().isEmpty() && !NodeAddress.everyAddress(address));
  }

  /** The nodes only. */
  public ClusterConfig withoutVips() {
    return new ClusterConfig(node, bind, peers, key);
  }
}
