package io.steelyard.proxy;

import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.SessionShard.Found;
import io.steelyard.net.Timer;
import java.util.concurrent.TimeUnit;

/**
 * The session table as one loop sees it. Every loop owns a part of it, by the sessions' keys: it
 * alone writes there, and all read. Loop thread only, but for what says otherwise.
 */
final class SessionTable extends Timer {
  private static final long SWEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** All slots have had their turn after a minute. */
  private static final int SWEEPS = 600;

  private final ProxyLoop ctx;
  private volatile SessionShard own = new SessionShard(0);
  private int capacity;

  SessionTable(ProxyLoop ctx) {
    this.ctx = ctx;
  }

  /** Has room for so many sessions from now on, in its own part; those seen last are kept. */
  void resize(int sessions) {
    if (sessions == capacity) {
      return;
    }
    capacity = sessions;
    SessionShard next = new SessionShard(sessions);
    own.visitFromOldest(
        (high, low, pool, server, seenS, ttlS) -> next.put(high, low, pool, server, seenS, ttlS));
    own = next;
    if (!scheduled()) {
      ctx.loop().schedule(this, ctx.loop().nowNs() + SWEEP_NS);
    }
  }

  @Override
  protected void expired(long nowNs) {
    own.sweep(Math.ceilDiv(own.capacity(), SWEEPS), nowS());
    ctx.loop().schedule(this, nowNs + SWEEP_NS);
  }

  private static int nowS() {
    return (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }

  /** The part that this loop owns. Any thread may read it. */
  SessionShard own() {
    return own;
  }

  /** As {@link SessionShard#find}. */
  boolean find(long high, long low, int nowS, Found found) {
    return owner(high).own.find(high, low, nowS, found);
  }

  /** As {@link SessionShard#put}; soon, if another loop owns the session. */
  void put(long high, long low, int pool, long server, int nowS, int ttlS) {
    SessionTable owner = owner(high);
    if (owner == this) {
      own.put(high, low, pool, server, nowS, ttlS);
    } else {
      owner.ctx.loop().execute(() -> owner.own.put(high, low, pool, server, nowS, ttlS));
    }
  }

  /** As {@link SessionShard#seen}; soon, if another loop owns the session. */
  void seen(long high, long low, int nowS) {
    SessionTable owner = owner(high);
    if (owner == this) {
      own.seen(high, low, nowS);
    } else {
      owner.ctx.loop().execute(() -> owner.own.seen(high, low, nowS));
    }
  }

  private SessionTable owner(long high) {
    return ctx.sibling((int) Math.unsignedMultiplyHigh(high, ctx.loops())).sessionTable();
  }
}
