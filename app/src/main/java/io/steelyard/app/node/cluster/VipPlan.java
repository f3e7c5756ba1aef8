package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.FromConfig;
import io.steelyard.config.QuorumMode;
import io.steelyard.config.VipConfig;
import io.steelyard.config.VipConfig.Announce;
import io.steelyard.vip.guard.Guard;
import io.steelyard.vip.link.VrrpTransport;
import io.steelyard.wire.vrrp.VrrpChecksum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Virtual addresses as the election and its driver want them.
 *
 * @param routers that one node owns at a time
 * @param transports how their adverts go
 * @param tracks what lowers this node's priority
 * @param everywhere those that every ready node has
 * @param unprobed those that are taken whoever answers for their addresses
 * @param guardTimeout after what silence of this process a guard takes its addresses away
 * @param quorum what an owner needs
 */
record VipPlan(
    List<VipOptions> routers,
    Map<VipId, VrrpTransport> transports,
    Map<VipId, List<VipConfig.Track>> tracks,
    List<VipConfig> everywhere,
    Set<VipId> unprobed,
    Duration guardTimeout,
    Quorum quorum) {
  static final VipPlan NONE =
      new VipPlan(
          List.of(), Map.of(), Map.of(), List.of(), Set.of(), Guard.TIMEOUT_LEAST, Quorum.NONE);

  /**
   * What an owner needs beside its own eyes. With another one, who owns something now may not
   * simply go on: leases of another kind or length are to be got first.
   *
   * @param lease for how long something is granted
   * @param guard by which it ends sooner for its holder
   */
  record Quorum(QuorumMode mode, Duration lease, Duration guard, Optional<FromConfig.Store> store) {
    static final Quorum NONE =
        new Quorum(QuorumMode.NONE, Duration.ZERO, Duration.ZERO, Optional.empty());

    private static Quorum of(ClusterConfig cluster) {
      Duration guard = guardTimeout(cluster);
      return switch (cluster.quorum()) {
        case NONE -> NONE;
        case NODES -> new Quorum(QuorumMode.NODES, VipPlan.lease(cluster), guard, Optional.empty());
        case STORE -> new Quorum(QuorumMode.STORE, storeLease(cluster), guard, cluster.store());
      };
    }
  }

  private static final int DEFAULT_PRIORITY = 100;

  /**
   * What the first of {@code prefer} has; each further one has so much less. In the middle: the
   * higher a backup's priority, the shorter its skew, and with hardly any a pause of two intervals
   * would move the address.
   */
  private static final int FIRST_PRIORITY = 140;

  private static final int STEP = 2;

  /** As many advertisements may be missing before others take over. */
  private static final int DOWN_INTERVALS = 3;

  /**
   * For the node of that name.
   *
   * @param node what its configuration or its host calls it
   */
  static VipPlan of(ClusterConfig cluster, String node) {
    List<VipOptions> routers = new ArrayList<>();
    Map<VipId, VrrpTransport> transports = new LinkedHashMap<>();
    Map<VipId, List<VipConfig.Track>> tracks = new LinkedHashMap<>();
    List<VipConfig> everywhere = new ArrayList<>();
    Set<VipId> unprobed = new HashSet<>();
    for (VipConfig vip : cluster.vips()) {
      if (vip.announce() == Announce.NONE) {
        everywhere.add(vip);
      } else {
        VipId id = new VipId(vip.link(), vip.routerId(), vip.ipv6());
        routers.add(router(id, vip, node));
        transports.put(id, transport(vip));
        tracks.put(id, vip.track());
        if (!vip.probe()) {
          unprobed.add(id);
        }
      }
    }
    return new VipPlan(
        routers,
        transports,
        tracks,
        everywhere,
        unprobed,
        guardTimeout(cluster),
        Quorum.of(cluster));
  }

  private static VipOptions router(VipId id, VipConfig vip, String node) {
    return new VipOptions(
        id,
        addresses(vip),
        priority(vip, node),
        vip.advertise(),
        vip.preempt(),
        vip.preemptDelay(),
        vip.group());
  }

  static List<VipAddress> addresses(VipConfig vip) {
    return vip.addresses().stream().map(a -> new VipAddress(a.address(), a.prefixBits())).toList();
  }

  private static int priority(VipConfig vip, String node) {
    int place = vip.prefer().indexOf(node);
    return place >= 0 ? FIRST_PRIORITY - STEP * place : vip.priority().orElse(DEFAULT_PRIORITY);
  }

  private static VrrpTransport transport(VipConfig vip) {
    return vip.unicast().isEmpty()
        ? VrrpTransport.multicast(checksum(vip))
        : VrrpTransport.unicast(checksum(vip), vip.unicast());
  }

  private static VrrpChecksum checksum(VipConfig vip) {
    return vip.checksum() == VipConfig.Checksum.PLAIN
        ? VrrpChecksum.MESSAGE
        : VrrpChecksum.PSEUDO_HEADER;
  }

  /** After what silence of this process a guard takes its addresses away. */
  static Duration guardTimeout(ClusterConfig cluster) {
    return cluster.vips().stream()
        .filter(vip -> vip.announce() != Announce.NONE)
        .map(VipConfig::advertise)
        .min(Duration::compareTo)
        .map(least -> least.multipliedBy(DOWN_INTERVALS))
        .filter(timeout -> timeout.compareTo(Guard.TIMEOUT_LEAST) > 0)
        .orElse(Guard.TIMEOUT_LEAST);
  }

  /**
   * For how long a vote is to be good: a guard has long acted, and a pause of two beats more does
   * no harm.
   */
  static Duration lease(ClusterConfig cluster) {
    return guardTimeout(cluster).multipliedBy(5).dividedBy(2);
  }

  /** The same for a lease of a store, which may be away for a moment. */
  static Duration storeLease(ClusterConfig cluster) {
    Duration least = lease(cluster);
    return cluster.quorumLease().compareTo(least) > 0 ? cluster.quorumLease() : least;
  }

  /** Whether nothing is different of what one node owns at a time. */
  boolean sameRouters(VipPlan other) {
    return routers.equals(other.routers)
        && transports.equals(other.transports)
        && tracks.equals(other.tracks)
        && quorum.equals(other.quorum);
  }

  boolean isEmpty() {
    return routers.isEmpty() && everywhere.isEmpty();
  }
}
