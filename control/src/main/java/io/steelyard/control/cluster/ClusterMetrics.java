package io.steelyard.control.cluster;

import io.steelyard.cluster.member.Member;
import io.steelyard.core.metric.MetricSink;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The metrics that follow from how a cluster stands. Samples of one name come together. */
public final class ClusterMetrics {
  private ClusterMetrics() {}

  /** Nothing for a node that is alone. */
  public static void collect(ClusterStatus status, MetricSink sink) {
    if (!status.node().isEmpty()) {
      nodes(status, sink);
    }
    for (ClusterStatus.Vip vip : status.vips()) {
      sink.gauge(
          "steelyard_vip_owner",
          "Whether this node has the virtual address.",
          vip.here() ? 1 : 0,
          "vip",
          vip.name());
    }
    for (ClusterStatus.Vip vip : status.vips()) {
      sink.gauge(
          "steelyard_vip_priority",
          "This node's priority for the virtual address; 0: it cannot own it.",
          vip.priority(),
          "vip",
          vip.name());
    }
    for (ClusterStatus.Vip vip : status.vips()) {
      sink.counter(
          "steelyard_vip_transitions",
          "How often this node has taken the virtual address or given it up.",
          (double) vip.transitions(),
          "vip",
          vip.name());
    }
    for (ClusterStatus.Vip vip : status.vips()) {
      vip.adverts()
          .forEach((result, count) ->
              sink.counter(
                  "steelyard_vip_adverts",
                  "VRRP advertisements, and ARP of hosts that use the address, by what became of them.",
                  count,
                  "vip",
                  vip.name(),
                  "result",
                  result));
    }
    status
        .leases()
        .forEach((result, count) ->
            sink.counter(
                "steelyard_vip_leases",
                "Leases of virtual addresses in the store, by what became of them.",
                count,
                "result",
                result));
  }

  private static void nodes(ClusterStatus status, MetricSink sink) {
    List<Member> members = status.members();
    for (Member.Presence presence : Arrays.asList(Member.Presence.values())) {
      sink.gauge(
          "steelyard_cluster_nodes",
          "Other nodes, by whether they are heard.",
          (double) members.stream().filter(m -> m.presence() == presence).count(),
          "presence",
          presence.word());
    }
    sink.gauge(
        "steelyard_cluster_nodes_configured",
        "How many nodes there are to be, this one included.",
        status.nodes());
    for (Map.Entry<String, Long> count : status.counts().entrySet()) {
      sink.counter(
          "steelyard_cluster_beats",
          "Datagrams between nodes, by what became of them.",
          (double) count.getValue(),
          "result",
          count.getKey());
    }
  }
}
