package io.steelyard.admin;

import io.steelyard.cluster.member.Member;
import io.steelyard.cluster.member.NodeReport;
import io.steelyard.control.cluster.ClusterStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The nodes and the virtual addresses, as {@code /v1/cluster} shows them. */
final class ClusterReport {
  private ClusterReport() {}

  static void add(ClusterStatus cluster, Map<String, Object> report) {
    report.put("nodes_configured", cluster.nodes());
    report.put("quorum", cluster.quorum());
    report.put("leases", cluster.leases());
    brief(cluster, report);
  }

  static void brief(ClusterStatus cluster, Map<String, Object> report) {
    report.put("nodes", nodes(cluster));
    report.put("vips", cluster.vips().stream().map(ClusterReport::vip).toList());
    report.put("troubles", cluster.troubles());
  }

  /** This node comes first. */
  private static List<Map<String, Object>> nodes(ClusterStatus cluster) {
    List<Map<String, Object>> nodes = new ArrayList<>();
    cluster
        .own()
        .ifPresent(own -> {
          Map<String, Object> self = new LinkedHashMap<>();
          self.put("node", cluster.node());
          self.put("address", null);
          self.put("presence", "self");
          self.put("silent_seconds", 0.0);
          self.put("hears_us", true);
          self.put("clock_ahead_seconds", 0.0);
          add(own, self);
          nodes.add(self);
        });
    cluster.members().forEach(member -> nodes.add(node(member)));
    return nodes;
  }

  private static Map<String, Object> node(Member member) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("node", member.node());
    out.put("address", member.address());
    out.put("presence", member.presence().word());
    out.put("silent_seconds", seconds(member.silent()));
    out.put("hears_us", member.hearsUs());
    out.put("clock_ahead_seconds", seconds(member.clockAhead()));
    add(member.report(), out);
    return out;
  }

  private static void add(NodeReport report, Map<String, Object> out) {
    out.put("state", report.state().word());
    out.put("version", report.version());
    out.put("configuration", report.revision());
    out.put("zone", report.zone());
    out.put("connections", report.connections());
    out.put("requests_per_second", report.requestsPerSecond());
    out.put("owns", report.owns());
  }

  private static Map<String, Object> vip(ClusterStatus.Vip vip) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("vip", vip.name());
    out.put("addresses", vip.addresses());
    out.put("role", vip.role());
    out.put("priority", vip.priority());
    out.put("owner", vip.owner().isEmpty() ? null : vip.owner());
    out.put("since_seconds", seconds(vip.since()));
    out.put("why", vip.why().isEmpty() ? null : vip.why());
    out.put("transitions", vip.transitions());
    out.put("adverts", vip.adverts());
    return out;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
