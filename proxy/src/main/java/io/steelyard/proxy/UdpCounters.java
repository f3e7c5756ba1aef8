package io.steelyard.proxy;

import io.steelyard.core.server.ServerId;
import java.util.HashMap;
import java.util.Map;

/** What one loop counts of the datagrams of one listener. Loop thread only. */
final class UdpCounters {
  /** What went between the listener's clients and one server. */
  static final class Traffic {
    long datagramsIn;
    long bytesIn;
    long datagramsOut;
    long bytesOut;

    void add(Traffic o) {
      datagramsIn += o.datagramsIn;
      bytesIn += o.bytesIn;
      datagramsOut += o.datagramsOut;
      bytesOut += o.bytesOut;
    }
  }

  final ResultCounts<UdpDrop> dropped = new ResultCounts<>(UdpDrop.class);

  /** Those of servers that have counters of their own, too. */
  final Map<ServerId, Traffic> traffic = new HashMap<>();

  Traffic traffic(ServerId server) {
    return traffic.computeIfAbsent(server, id -> new Traffic());
  }

  void add(UdpCounters o) {
    dropped.add(o.dropped);
    o.traffic.forEach((id, t) -> traffic(id).add(t));
  }
}
