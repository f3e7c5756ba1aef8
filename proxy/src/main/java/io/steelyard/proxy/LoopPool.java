package io.steelyard.proxy;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.pool.Lease;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.RetryBudget;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.StickyResult;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.ServerIndexes;
import java.util.Arrays;
import java.util.List;

/** A pool as one loop sees it, for as long as it does not change. Loop thread only. */
final class LoopPool {
  /** Lost races with other loops for the last place at a server, before a request waits. */
  private static final int TAKES_MAX = 4;

  private final ProxyLoop ctx;
  private final PoolView view;
  private final PoolCounters counters;
  private final LoopServer[] servers;
  private final LoopQueue queue;
  private final long totalNs;
  private final HashKeys hashKeys;
  private final LoadReports loadReports;

  /** Null when every request is balanced by itself. */
  private final Sessions sessions;

  private final ServerIndexes indexes;

  /** Whether the balancer chooses by the request alone. */
  private final boolean hashes;

  /** Whether the balancer keeps an order that every beginning and end of a request changes. */
  private final boolean ordered;

  private final boolean watchesLatency;
  private final boolean watchesBytes;
  private final boolean watchesOutcomes;

  LoopPool(ProxyLoop ctx, PreparedPool prepared, LoopQueue queue) {
    PreparedPool.Part part = prepared.part(ctx.index());
    Pool pool = prepared.pool();
    this.ctx = ctx;
    this.view = part.view;
    this.counters = ctx.counters().pool(pool.name());
    this.servers = part.servers;
    this.queue = queue;
    this.totalNs = pool.timeouts().total().toNanos();
    Algorithm algorithm = pool.balancing().algorithm();
    boolean byAddress =
        algorithm != Algorithm.HASH || pool.balancing().hashKey().kind() == HashKey.Kind.ADDRESS;
    this.hashKeys = byAddress ? null : new HashKeys(pool.balancing().hashKey());
    this.loadReports = pool.reporting().inResponses() ? new LoadReports(pool.reporting()) : null;
    this.sessions = part.sessions;
    counters.binds = sessions != null;
    this.indexes = prepared.indexes();
    this.hashes = algorithm == Algorithm.HASH || algorithm == Algorithm.IP_HASH;
    this.ordered = algorithm.favoursIdle();
    boolean adaptive = pool.limits().adaptive();
    this.watchesBytes = algorithm == Algorithm.LEAST_BANDWIDTH;
    this.watchesLatency =
        algorithm == Algorithm.LEAST_RESPONSE_TIME
            || pool.passive().latencyFactor() > 0
            || adaptive;
    this.watchesOutcomes = pool.passive().active() || adaptive;
  }

  Pool pool() {
    return view.pool();
  }

  /** What the balancer chooses by; null: the client's address. */
  HashKeys hashKeys() {
    return hashKeys;
  }

  PoolCounters counters() {
    return counters;
  }

  private int take(long key, Tried tried, Lease lease) {
    for (int attempt = 0; attempt < TAKES_MAX; attempt++) {
      int index = view.pick(key, tried, ctx.random(), ctx.loop().nowNs());
      if (index == Balancer.NONE) {
        return Balancer.NONE;
      }
      if (lease.take(servers[index].server(), ctx.index())) {
        changed(index);
        return index;
      }
    }
    return Balancer.NONE;
  }

  /** Tells the sessions of its requests; null: every request is balanced by itself. */
  Sessions sessions() {
    return sessions;
  }

  /**
   * A try of a request at its session's server has failed. The session moves if nobody is there; a
   * server that does not answer one request may well have others.
   */
  void failedAt(int index, Bond bond, boolean nobodyThere) {
    bond.failedHere |= bond.exists && index == home(bond) && view.keeps(index) && !nobodyThere;
  }

  /**
   * Takes a place at the server that a request's session is at home at, or at one that the balancer
   * finds. A session whose server is full waits; one whose server cannot go on moves, if it may.
   *
   * @return its index, or {@link Balancer#NONE}
   */
  int take(Bond bond, long key, Tried tried, Lease lease) {
    bond.why = null;
    bond.away = false;
    int index = bond.exists ? takeBound(bond, key, tried, lease) : take(key, tried, lease);
    if (sessions != null) {
      if (!bond.exists) {
        bond.result = bond.flaw == null ? StickyResult.NEW : bond.flaw;
      }
      if (index != Balancer.NONE) {
        sessions.placed(bond, index);
      }
    }
    return index;
  }

  private int takeBound(Bond bond, long key, Tried tried, Lease lease) {
    int home = home(bond);
    if (home != Balancer.NONE && view.keeps(home) && !tried.contains(home)) {
      bond.result = StickyResult.KEPT;
      bond.why = Refusal.ALL_FULL;
      return takeAt(home, lease) ? home : Balancer.NONE;
    }
    if (home != Balancer.NONE && pool().sticky().fallback() == Sticky.Fallback.REFUSE) {
      bond.result = StickyResult.REFUSED;
      bond.why = Refusal.SESSION_LOST;
      return Balancer.NONE;
    }
    bond.result = StickyResult.MOVED;
    bond.away = home != Balancer.NONE && (bond.failedHere || pool().sticky().returns());
    long now = ctx.loop().nowNs();
    // Who hashes has an answer of its own that all nodes agree on, whoever has heard of the
    // session.
    int next =
        hashes ? view.pick(key, tried, ctx.random(), now) : view.moveTo(bond.session, tried, now);
    return next != Balancer.NONE && takeAt(next, lease) ? next : Balancer.NONE;
  }

  /** Why nothing could be taken just now. */
  Refusal whyNone(Bond bond) {
    return bond.why != null ? bond.why : view.whyNone();
  }

  /** Whether a request's own server takes no new sessions: nobody else waits for room there. */
  boolean homeTakesNoneNew(Bond bond) {
    int home = bond.exists ? home(bond) : Balancer.NONE;
    return home != Balancer.NONE && !view.takesNew(home);
  }

  private int home(Bond bond) {
    return bond.home == null ? Balancer.NONE : indexes.indexOf(bond.home, bond.homeAt);
  }

  /** Takes a place at that very server. */
  boolean takeAt(int index, Lease lease) {
    boolean taken = lease.take(servers[index].server(), ctx.index());
    if (taken) {
      changed(index);
    }
    return taken;
  }

  /** Gives the place at server {@code index} back. */
  void release(int index, Lease lease) {
    if (lease.taken()) {
      lease.release();
      changed(index);
      queue.room();
    }
  }

  private void changed(int index) {
    if (ordered) {
      view.changed(index, ctx.loop().nowNs());
    }
  }

  List<LoopServer> servers() {
    return Arrays.asList(servers);
  }

  LoopServer server(int index) {
    return servers[index];
  }

  LoopQueue queue() {
    return queue;
  }

  /** Whether a new request has to wait behind others, of this loop or another. */
  boolean hasWaiting() {
    return pool().state().newcomersWaiting() > 0;
  }

  /** Takes what responses say of their servers' load; null: they are not looked at. */
  LoadReports loadReports() {
    return loadReports;
  }

  /** Whether a request that finds no room may wait for some. */
  boolean letsWait(Refusal why) {
    return why.passes() && pool().limits().queue() > 0;
  }

  /** Whether one more retry may be under way. */
  boolean retryAllowed() {
    return RetryBudget.allows(pool().state(), pool().limits());
  }

  /** Whether it pays to wait until one may. */
  boolean retryMayBeAllowed() {
    return queue.turns().allowed() && RetryBudget.mayComeFree(pool().state());
  }

  /** From a request's head to the first byte of its response; Long.MAX_VALUE: no limit. */
  long totalNs() {
    return totalNs == 0 ? Long.MAX_VALUE : totalNs;
  }

  boolean watchesLatency() {
    return watchesLatency;
  }

  boolean watchesBytes() {
    return watchesBytes;
  }

  boolean watchesOutcomes() {
    return watchesOutcomes;
  }
}
