package io.steelyard.admin;

import io.steelyard.cluster.ShareStatus;
import io.steelyard.cluster.ShareStatus.Peer;
import io.steelyard.control.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The answer to {@code GET /v1/cluster}: what this node shares, with whom, and how it stands. */
final class ClusterReport {
  private ClusterReport() {}

  static Map<String, Object> of(Status status) {
    ShareStatus share = status.share();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("node", status.node());
    report.put("share", share.carrier());
    report.put("state", state(share));
    report.put("trouble", share.trouble().orElse(null));
    report.put("peers", share.peers().stream().map(ClusterReport::peer).toList());
    report.put("changes_told", share.told());
    report.put("changes_heard", share.heard());
    report.put("changes_learnt", share.learnt());
    report.put("changes_lost", share.lost());
    report.put("lag_seconds", seconds(share.lag()));
    report.put("counts", share.counts());
    return report;
  }

  /** In a word. */
  static String state(ShareStatus share) {
    if (share.carrier().equals(ShareStatus.NONE.carrier())) {
      return "alone";
    }
    String troubled = share.syncing() ? "syncing" : "degraded";
    return share.trouble().isEmpty() ? "in step" : troubled;
  }

  private static Map<String, Object> peer(Peer peer) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("node", peer.node());
    out.put("address", peer.address());
    out.put("in_step", peer.inStep());
    out.put("lag_seconds", seconds(peer.lag()));
    out.put("unconfirmed", peer.unconfirmed());
    return out;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
