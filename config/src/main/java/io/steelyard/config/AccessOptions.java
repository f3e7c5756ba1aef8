package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.core.route.AccessRule;
import io.steelyard.core.route.AccessRule.Block;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.util.List;

/** {@code allow} and {@code deny} of listeners and routes. */
final class AccessOptions {
  private static final int NETWORKS_MAX = 1000;

  static final Option<List<Network>> ALLOW =
      Option.of(
          "allow",
          new ListOf<>("network", NetworkText.TYPE, 1, NETWORKS_MAX),
          List.of(),
          "Only clients of these networks are served, others are answered 403.");
  static final Option<List<Network>> DENY =
      Option.of(
          "deny",
          new ListOf<>("network", NetworkText.TYPE, 1, NETWORKS_MAX),
          List.of(),
          "Clients of these networks are answered 403, also those that are allowed.");

  private AccessOptions() {}

  static AccessRule build(Fields f) {
    return new AccessRule(blocks(f.get(ALLOW)), blocks(f.get(DENY)));
  }

  private static List<Block> blocks(List<Network> networks) {
    return networks.stream().map(n -> new Block(n.address(), n.prefixBits())).toList();
  }
}
