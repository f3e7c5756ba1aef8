package io.steelyard.proxy;

import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.core.snapshot.Server;
import io.steelyard.net.Sockaddr;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * A server as one loop sees it: its idle connections and counters. Carried from snapshot to
 * snapshot while name and address stay the same. Loop thread only.
 */
final class LoopServer {
  /** How many idle connections are looked at for one of the same client. */
  private static final int LOOKS_MAX = 64;

  private final ProxyLoop ctx;
  private final ServerId id;
  private final Sockaddr sockaddr;
  private final byte[] hostHeader;
  private final ArrayDeque<ServerConnection> idle = new ArrayDeque<>();
  private ServerCounters counters;
  private PoolCounters poolCounters;
  private Server server;
  private long connectNs;
  private long responseNs;
  private long idleNs;
  private int idleMax;
  private ProxyProtocol announces = ProxyProtocol.NONE;
  private boolean retired;

  /** Not in use before {@link #begin}; any thread may make one. */
  LoopServer(ProxyLoop ctx, ServerId id, Server server, Sockaddr sockaddr) {
    this.ctx = ctx;
    this.id = id;
    this.sockaddr = sockaddr;
    this.hostHeader = Addresses.text(server.address());
  }

  /** It is in the snapshot from now on. */
  void begin() {
    counters = ctx.counters().server(id);
    poolCounters = ctx.counters().pool(id.pool());
  }

  /** Follows a new snapshot. */
  void follow(Server next, Pool pool) {
    PoolTimeouts timeouts = pool.timeouts();
    PoolLimits limits = pool.limits();
    server = next;
    if (announces != pool.upstream().announces()) {
      announces = pool.upstream().announces();
      closeIdle();
    }
    connectNs = timeouts.connect().toNanos();
    responseNs = timeouts.response().toNanos();
    idleNs = timeouts.idle().toNanos();
    idleMax = Math.ceilDiv(limits.idleConnections(), ctx.loops());
    retired = false;
    while (idle.size() > idleMax) {
      idle.pollFirst().closeIdle();
    }
  }

  /** It is in no snapshot any more: idle connections go now, busy ones when they are done. */
  void retire() {
    retired = true;
    closeIdle();
  }

  /** Whether it is in no snapshot any more. */
  boolean retired() {
    return retired;
  }

  void closeIdle() {
    for (ServerConnection c = idle.pollFirst(); c != null; c = idle.pollFirst()) {
      c.closeIdle();
    }
  }

  ServerId id() {
    return id;
  }

  Sockaddr sockaddr() {
    return sockaddr;
  }

  /** What an HTTP/1.0 request without Host is given as one. */
  byte[] hostHeader() {
    return hostHeader;
  }

  Server server() {
    return server;
  }

  ServerState state() {
    return server.state();
  }

  ServerCounters counters() {
    return counters;
  }

  /** One more in flight. */
  void began() {
    counters.inFlight++;
    poolCounters.inFlight++;
  }

  /** One less in flight. */
  void ended() {
    counters.inFlight--;
    poolCounters.inFlight--;
  }

  long connectNs() {
    return connectNs;
  }

  long responseNs() {
    return responseNs;
  }

  /** In which form its connections begin with whom they are for. */
  ProxyProtocol announces() {
    return announces;
  }

  /** The connection that was used last, or null. */
  ServerConnection takeIdle() {
    return idle.pollLast();
  }

  /** The one that was used last for this client, if it is among the last ones; or null. */
  ServerConnection takeIdle(ProxyHeader whom) {
    Iterator<ServerConnection> last = idle.descendingIterator();
    for (int looks = 0; looks < LOOKS_MAX && last.hasNext(); looks++) {
      ServerConnection c = last.next();
      if (whom.equals(c.whom())) {
        last.remove();
        return c;
      }
    }
    return null;
  }

  /**
   * A new connection that is being established.
   *
   * @param whom it begins with; null for nobody
   */
  ServerConnection connect(ProxyHeader whom) {
    counters.connects++;
    return ServerConnection.connect(ctx, this, whom);
  }

  /** A connection has done its work and could do more. */
  void giveBack(ServerConnection c) {
    if ((c.whom() != null) != (announces != ProxyProtocol.NONE)) {
      c.closeIdle();
      return;
    }
    if (c.whom() != null && idle.size() >= idleMax && idleMax > 0) {
      // Its client is here; that of the oldest one may be gone for good.
      idle.pollFirst().closeIdle();
    }
    if (retired || idle.size() >= idleMax || ctx.draining()) {
      c.closeIdle();
    } else {
      idle.addLast(c);
      ctx.loop().schedule(c, ctx.loop().nowNs() + idleNs);
    }
  }

  /** An idle connection is gone. */
  void forget(ServerConnection c) {
    idle.remove(c);
  }

  int idleConnections() {
    return idle.size();
  }

  static long millis(long ns) {
    return TimeUnit.NANOSECONDS.toMillis(ns);
  }
}
