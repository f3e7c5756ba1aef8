package io.steelyard.proxy;

import io.steelyard.core.pool.Tried;
import io.steelyard.net.Loop;
import java.util.Arrays;

/**
 * Servers of which ICMP has just told that nobody listens there: for a moment no session begins
 * with them while others can be had. The last few are kept. Loop thread only.
 */
final class UdpRefusals {
  private static final int SERVERS_MAX = 8;

  /** One client in a second finds out whether a server is back. */
  private static final long AVOIDED_NS = 1_000_000_000;

  private final Loop loop;
  private final LoopServer[] servers = new LoopServer[SERVERS_MAX];
  private final long[] untilNs = new long[SERVERS_MAX];
  private int next;
  private long lastUntilNs = Long.MIN_VALUE;

  UdpRefusals(Loop loop) {
    this.loop = loop;
  }

  void add(LoopServer server) {
    int known = Arrays.asList(servers).indexOf(server);
    int at = known >= 0 ? known : next;
    next = known >= 0 ? next : (next + 1) % SERVERS_MAX;
    servers[at] = server;
    lastUntilNs = loop.nowNs() + AVOIDED_NS;
    untilNs[at] = lastUntilNs;
  }

  /** Those of this pool. */
  void fill(Tried avoided, LoopPool pool) {
    avoided.clear();
    if (lastUntilNs == Long.MIN_VALUE || lastUntilNs - loop.nowNs() <= 0) {
      return;
    }
    for (int i = 0; i < SERVERS_MAX; i++) {
      if (servers[i] != null && untilNs[i] - loop.nowNs() > 0) {
        int index = pool.servers().indexOf(servers[i]);
        if (index >= 0) {
          avoided.add(index);
        }
      }
    }
  }
}
