package io.steelyard.proxy;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.server.ServerId;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what loops count of datagrams, and tells it. */
@SuppressWarnings("LongDoubleConversion") // a count of more than 2^53 is not to be expected
final class UdpMetrics {
  private final Map<String, UdpCounters> counters = new TreeMap<>();
  private final Map<String, Long> sessions = new TreeMap<>();

  void add(ListenerCounters listener) {
    if (listener.udp != null) {
      add(listener.name(), listener.udp);
    }
  }

  private void add(String listener, UdpCounters udp) {
    counters.computeIfAbsent(listener, n -> new UdpCounters()).add(udp);
  }

  void addSessions(ProxyLoop loop) {
    loop.listeners().forEach(this::addSessions);
    loop.leaving().forEach(this::addSessions);
  }

  private void addSessions(Entrance entrance) {
    if (entrance instanceof UdpListener) {
      sessions.merge(entrance.name(), (long) entrance.connections(), Long::sum);
    }
  }

  void merge(UdpMetrics o) {
    o.counters.forEach(this::add);
    o.sessions.forEach((l, n) -> sessions.merge(l, n, Long::sum));
  }

  void tell(MetricSink sink) {
    sessions.forEach((l, n) ->
        sink.gauge(
            "steelyard_udp_sessions_active",
            "Clients of UDP listeners whose datagrams go to a server.",
            n,
            "listener",
            l));
    counters.forEach((l, udp) -> {
      udp.traffic.forEach((server, t) -> {
        tell(sink, l, server, "in", t.datagramsIn, t.bytesIn);
        tell(sink, l, server, "out", t.datagramsOut, t.bytesOut);
      });
      for (UdpDrop why : UdpDrop.values()) {
        sink.counter(
            "steelyard_udp_dropped",
            "Datagrams that went nowhere.",
            udp.dropped.of(why),
            "listener",
            l,
            "reason",
            why.label());
      }
    });
  }

  private static void tell(
      MetricSink sink, String listener, ServerId id, String way, long datagrams, long bytes) {
    String[] labels = {
      "listener", listener, "pool", id.pool(), "server", id.server(), "direction", way
    };
    sink.counter(
        "steelyard_udp_datagrams",
        "Datagrams of clients that went to servers (in), and of servers to clients (out).",
        datagrams,
        labels);
    sink.counter("steelyard_udp_bytes", "What was in them.", bytes, labels);
  }
}
