package io.steelyard.admin;

import io.steelyard.control.Status;
import io.steelyard.control.Status.CheckStatus;
import io.steelyard.control.Status.ListenerStatus;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.Reload;
import io.steelyard.control.Status.ServerLive;
import io.steelyard.control.Status.ServerPlace;
import io.steelyard.control.Status.ServerStatus;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.canary.NodeReport;
import io.steelyard.control.discovery.DiscoveryStatus;
import io.steelyard.control.discovery.Knowledge;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The answer to {@code GET /v1/status}: the node, its listeners, its pools with their servers. */
final class StatusReport {
  private StatusReport() {}

  static Map<String, Object> of(NodeView node) {
    Status status = node.status();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("version", status.version());
    report.put("node", status.node());
    report.put("pid", ProcessHandle.current().pid());
    report.put("state", label(status.state()));
    report.put("uptime_seconds", seconds(status.uptime()));
    report.put("transport", node.transport());
    report.put("loops", node.loops());
    report.put("revision", status.revision());
    report.put("last_reload", status.lastReload().map(StatusReport::reload).orElse(null));
    report.put("shared_configuration", status.shared().map(StatusReport::shared).orElse(null));
    report.put("cluster", ClusterResource.state(status.share()));
    ClusterReport.brief(node.cluster(), report);
    report.put("listeners", status.listeners().stream().map(StatusReport::listener).toList());
    report.put("pools", status.pools().stream().map(StatusReport::pool).toList());
    return report;
  }

  private static Map<String, Object> reload(Reload reload) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("successful", reload.successful());
    out.put("error", reload.error());
    out.put("at", reload.at());
    return out;
  }

  private static Map<String, Object> shared(SharedStatus shared) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("from", shared.source());
    out.put("reachable", shared.contact().reachable());
    out.put("away", shared.contact().away());
    out.put("serving", shared.serving().map(Edition::digest).orElse(null));
    out.put("document", shared.serving().map(Edition::document).orElse(null));
    out.put("store_revision", shared.serving().map(Edition::revision).orElse(0L));
    out.put("refused", shared.refused().map(Edition::digest).orElse(null));
    out.put("errors", shared.why());
    out.put("strays", shared.strays());
    out.put("canary", shared.canary().map(StatusReport::canary).orElse(null));
    out.put(
        "nodes",
        shared.nodes().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(node -> node(node.getKey(), node.getValue()))
            .toList());
    return out;
  }

  static Map<String, Object> canary(Canary canary) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("revision", canary.revision());
    out.put("state", label(canary.state()));
    out.put("document", canary.digest());
    out.put("nodes", canary.nodes());
    out.put("seconds", seconds(canary.length()));
    out.put("reason", canary.reason());
    return out;
  }

  private static Map<String, Object> node(String name, NodeReport report) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("node", name);
    out.put("state", report.state());
    out.put("version", report.version());
    out.put("serving", report.serving().orElse(null));
    out.put("document", report.document());
    out.put("refused", report.refused().orElse(null));
    out.put("refused_document", report.refusedDocument());
    out.put("forced", report.forced());
    out.put("refused_forced", report.refusedForced());
    out.put("written", report.written());
    out.put("why", report.why());
    return out;
  }

  private static Map<String, Object> listener(ListenerStatus listener) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", listener.name());
    out.put("address", listener.address());
    out.put("protocol", label(listener.protocol()));
    return out;
  }

  static Map<String, Object> pool(PoolStatus pool) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", pool.name());
    out.put("balance", pool.balance().label());
    out.put("panic", pool.live().panic());
    out.put("in_flight", pool.live().inFlight());
    out.put("waiting", pool.live().waiting());
    out.put("retrying", pool.live().retrying());
    out.put("concurrency_max", pool.live().concurrencyMax());
    out.put("discovery", pool.discovery().map(StatusReport::discovery).orElse(null));
    out.put("servers", pool.servers().stream().map(StatusReport::server).toList());
    return out;
  }

  private static Map<String, Object> discovery(DiscoveryStatus discovery) {
    Knowledge known = discovery.knowledge();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("from", discovery.source());
    out.put("servers", known.servers().size());
    out.put("result", known.last().map(Knowledge.Result::label).orElse(null));
    out.put("error", known.trouble());
    out.put("asked_at", known.askedAt().orElse(null));
    out.put("answered_at", known.answeredAt().orElse(null));
    out.put("next_at", known.nextAt().orElse(null));
    return out;
  }

  static Map<String, Object> server(ServerStatus server) {
    ServerPlace place = server.place();
    ServerLive live = server.live();
    Standing standing = live.standing();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", place.name());
    out.put("address", place.address());
    out.put("health", health(standing.probed()));
    out.put("wish", label(standing.wish()));
    out.put("asked", label(standing.asked()));
    out.put("held", standing.held());
    out.put("ejected", standing.ejected());
    out.put("takes_new", standing.takesNew());
    out.put("weight", live.weight());
    out.put("configured_weight", place.weight());
    out.put("effective_weight", rounded(server.effectiveWeight()));
    out.put("ramp", rounded(live.ramp()));
    out.put("backup", place.backup());
    out.put("zone", place.zone());
    out.put("max_connections", place.maxConnections());
    out.put("in_flight", live.inFlight());
    out.put(
        "reported_load",
        live.reportedLoad().isPresent() ? rounded(live.reportedLoad().getAsDouble()) : null);
    out.put("latency_seconds", seconds(live.latency()));
    out.put("tries", live.tries().ended());
    out.put("tries_failed", live.tries().failed());
    out.put("last_check", server.lastCheck().map(StatusReport::check).orElse(null));
    return out;
  }

  private static Map<String, Object> check(CheckStatus check) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("passed", check.passed());
    out.put("result", check.text());
    out.put("duration_seconds", seconds(check.duration()));
    out.put("at", check.at());
    return out;
  }

  private static String health(Health health) {
    if (!health.known()) {
      return health.up() ? "unchecked" : "unknown";
    }
    return health.up() ? "up" : "down";
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
