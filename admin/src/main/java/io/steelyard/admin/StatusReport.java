package io.steelyard.admin;

import io.steelyard.core.health.Standing;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The answer to {@code GET /v1/status}: the node, its listeners, its pools with their servers. */
final class StatusReport {
  private StatusReport() {}

  static Map<String, Object> of(NodeView node) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("version", node.version());
    report.put("pid", ProcessHandle.current().pid());
    report.put("uptime_seconds", node.uptime().toMillis() / 1000.0);
    report.put("transport", node.transport());
    report.put("loops", node.loops());
    report.put("ready", node.notReadyBecause().isEmpty());
    report.put("not_ready_because", node.notReadyBecause().orElse(null));
    report.put("revision", node.snapshot().revision());
    report.put("reload_error", node.reloadError().orElse(null));
    report.put(
        "listeners", node.snapshot().listeners().stream().map(StatusReport::listener).toList());
    report.put("pools", node.snapshot().pools().stream().map(StatusReport::pool).toList());
    return report;
  }

  private static Map<String, Object> listener(Listener listener) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", listener.name());
    out.put("address", address(listener.address()));
    out.put("protocol", listener.protocol().name().toLowerCase(Locale.ROOT));
    return out;
  }

  private static Map<String, Object> pool(Pool pool) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", pool.name());
    out.put("balance", pool.balance().label());
    out.put("servers", pool.servers().stream().map(StatusReport::server).toList());
    return out;
  }

  private static Map<String, Object> server(Server server) {
    Standing standing = server.state().standing();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", server.name());
    out.put("address", address(server.address()));
    out.put("health", health(standing));
    out.put("wish", standing.wish().name().toLowerCase(Locale.ROOT));
    out.put("weight", server.weight());
    out.put("backup", server.backup());
    out.put("in_flight", server.state().inFlight());
    return out;
  }

  private static String health(Standing standing) {
    if (!standing.probed().known()) {
      return "unknown";
    }
    return standing.probed().up() ? "up" : "down";
  }

  private static String address(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return "unix:" + address;
    }
    if (inet.isUnresolved()) {
      return inet.getHostString() + ":" + inet.getPort();
    }
    if (inet.getAddress().isAnyLocalAddress()) {
      return ":" + inet.getPort();
    }
    String host = inet.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
  }
}
