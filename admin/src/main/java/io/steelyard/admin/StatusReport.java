package io.steelyard.admin;

import io.steelyard.control.Status;
import io.steelyard.control.Status.CheckStatus;
import io.steelyard.control.Status.ListenerStatus;
import io.steelyard.control.Status.PoolStatus;
import io.steelyard.control.Status.Reload;
import io.steelyard.control.Status.ServerStatus;
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

  private static Map<String, Object> listener(ListenerStatus listener) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", listener.name());
    out.put("address", listener.address());
    out.put("protocol", label(listener.protocol()));
    return out;
  }

  private static Map<String, Object> pool(PoolStatus pool) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", pool.name());
    out.put("balance", pool.balance().label());
    out.put("servers", pool.servers().stream().map(StatusReport::server).toList());
    return out;
  }

  private static Map<String, Object> server(ServerStatus server) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", server.name());
    out.put("address", server.address());
    out.put("health", health(server));
    out.put("wish", label(server.wish()));
    out.put("weight", server.weight());
    out.put("backup", server.backup());
    out.put("in_flight", server.inFlight());
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

  private static String health(ServerStatus server) {
    if (!server.known()) {
      return "unknown";
    }
    return server.up() ? "up" : "down";
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
