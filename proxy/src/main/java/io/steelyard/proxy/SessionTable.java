package io.steelyard.proxy;

import io.steelyard.core.session.HybridClock;
import io.steelyard.core.session.SessionClears;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.SessionShard.Found;
import io.steelyard.net.Timer;
import java.nio.ByteBuffer;
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
  private final HybridClock clock = new HybridClock();
  private final SessionEntry entry = new SessionEntry();
  private volatile SessionShard own = new SessionShard(0);
  private int capacity;
  private SessionClears clears = SessionClears.NONE;

  /** Null: other nodes hear nothing. */
  private SessionFeed feed;

  /** The number of this node, in this life. */
  private int origin;

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
    next.follow(clears);
    own.visitFromOldest(next::put);
    own = next;
    if (!scheduled()) {
      ctx.loop().schedule(this, ctx.loop().nowNs() + SWEEP_NS);
    }
  }

  /** From now on others hear of what changes here. */
  void share(SessionFeed with, int asOrigin) {
    feed = with;
    origin = asOrigin;
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

  /** Notes where a session is at home; soon, if another loop owns it. */
  void put(long high, long low, int pool, long server, int nowS, int ttlS) {
    SessionTable owner = owner(high);
    if (owner == this) {
      putOwn(high, low, pool, server, nowS, ttlS);
    } else {
      owner.ctx.loop().execute(() -> owner.putOwn(high, low, pool, server, nowS, ttlS));
    }
  }

  private void putOwn(long high, long low, int pool, long server, int nowS, int ttlS) {
    entry.high = high;
    entry.low = low;
    entry.pool = pool;
    entry.server = server;
    entry.seenS = nowS;
    entry.ttlS = ttlS;
    entry.stamp = clock.next(System.currentTimeMillis());
    entry.origin = origin;
    own.put(entry);
    tell(entry);
  }

  /** Notes that a session was seen; soon, if another loop owns it. */
  void seen(long high, long low, int nowS) {
    SessionTable owner = owner(high);
    if (owner == this) {
      seenOwn(high, low, nowS);
    } else {
      owner.ctx.loop().execute(() -> owner.seenOwn(high, low, nowS));
    }
  }

  private void seenOwn(long high, long low, int nowS) {
    entry.high = high;
    entry.low = low;
    if (own.seen(entry, nowS)) {
      tell(entry);
    }
  }

  private void tell(SessionEntry changed) {
    if (feed != null) {
      feed.of(ctx.index()).add(changed);
      feed.ring();
    }
  }

  /**
   * Takes in what another node tells of sessions.
   *
   * @param entries written ones; those that other loops own are passed over
   * @return how many were news
   */
  int merge(ByteBuffer entries) {
    int news = 0;
    while (entries.remaining() >= SessionEntry.BYTES) {
      entry.read(entries);
      if (owner(entry.high) == this) {
        news += mergeOwn(entry) ? 1 : 0;
      }
    }
    return news;
  }

  private boolean mergeOwn(SessionEntry told) {
    clock.heard(told.stamp);
    return own.merge(told);
  }

  /**
   * Takes in what another node tells of one session; soon, if another loop owns it. As with {@link
   * #merge} nobody is told of it again.
   *
   * @param told not changed any more
   */
  void learn(SessionEntry told) {
    SessionTable owner = owner(told.high);
    if (owner == this) {
      mergeOwn(told);
    } else {
      owner.ctx.loop().execute(() -> owner.mergeOwn(told));
    }
  }

  /** Forgets the sessions that are chosen, here and wherever it is shared; how many. */
  int forget(SessionShard.Choice choice) {
    return feed == null
        ? own.clear(choice)
        : own.end(choice, clock, System.currentTimeMillis(), origin, this::tell);
  }

  /** A stamp later than all that was noted or heard of here. */
  long stamp() {
    return clock.next(System.currentTimeMillis());
  }

  /** What is noted from now on is later than this. */
  void heard(long stamp) {
    clock.heard(stamp);
  }

  /** From now on sessions that these cover are none. */
  void follow(SessionClears next) {
    clears = next;
    clock.heard(next.newest());
    own.follow(next);
  }

  /** Whether what is told of a session is over, since it has been ended everywhere. */
  boolean isCleared(SessionEntry told) {
    return clears.cover(told);
  }

  private SessionTable owner(long high) {
    return ctx.sibling((int) Math.unsignedMultiplyHigh(high, ctx.loops())).sessionTable();
  }
}
