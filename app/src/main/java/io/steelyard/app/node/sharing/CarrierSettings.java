package io.steelyard.app.node.sharing;

import io.steelyard.config.ClusterConfig;
import io.steelyard.config.Config;
import io.steelyard.config.ShareConfig;
import java.time.Duration;

/** What decides whether the carrier is another one. */
record CarrierSettings(ShareConfig share, Duration lookupTimeout, ClusterConfig cluster) {
  /** Nothing is shared. */
  static final CarrierSettings ALONE =
      new CarrierSettings(new ShareConfig.None(), Duration.ZERO, ClusterConfig.NONE);

  static CarrierSettings of(Config config) {
    return config.state().share() instanceof ShareConfig.None
        ? ALONE
        : new CarrierSettings(
            config.state().share(), config.state().lookupTimeout(), config.cluster().withoutVips());
  }

  boolean alone() {
    return share instanceof ShareConfig.None;
  }

  /** Whether all is the same but the other nodes' addresses. */
  boolean differsInPeersOnly(CarrierSettings next) {
    return share instanceof ShareConfig.Peers
        && share.equals(next.share)
        && cluster.node().equals(next.cluster.node())
        && cluster.bind().equals(next.cluster.bind())
        && cluster.key().equals(next.cluster.key());
  }

  boolean sameSocket(CarrierSettings next) {
    return share instanceof ShareConfig.Peers
        && next.share instanceof ShareConfig.Peers
        && cluster.bind().equals(next.cluster.bind());
  }
}
