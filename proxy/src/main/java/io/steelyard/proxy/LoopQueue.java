package io.steelyard.proxy;

import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.RetryTurns;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.pool.WaitQueue.Kind;
import io.steelyard.core.server.PoolState;
import io.steelyard.net.Timer;

/**
 * The requests of one loop that wait for room in a pool. Outlives snapshots, like the pool's state.
 * Loop thread only, but for {@link #serveSoon}.
 *
 * <p>Served when a request of this or another loop ends; every {@value #LOOK_AGAIN_MS} ms as well,
 * for room that comes about in other ways (a server recovers, a limit grows).
 */
final class LoopQueue extends Timer {
  private static final long LOOK_AGAIN_MS = 10;
  private static final long LOOK_AGAIN_NS = LOOK_AGAIN_MS * 1_000_000;

  private final ProxyLoop ctx;
  private final PoolState state;
  private final WaitQueue<Waiting> queue;

  /** Those whose server failed, and for whom the others are full: they hold up nobody else. */
  private final WaitQueue<Waiting> elsewhere;

  /** Those whose session is at a server that is full: they hold up nobody, not even each other. */
  private final WaitQueue<Waiting> atHome;

  /** Those whose server failed, and who wait for the pool's budget of retries. */
  private final WaitQueue<Waiting> retries;

  private final RetryTurns turns = new RetryTurns();
  private final Runnable serve = this::serve;
  private LoopPool pool;
  private boolean serving;
  private volatile boolean asked;

  LoopQueue(ProxyLoop ctx, PoolState state) {
    this.ctx = ctx;
    this.state = state;
    this.queue = new WaitQueue<>(state, ctx.index(), Kind.ROOM);
    this.elsewhere = new WaitQueue<>(state, ctx.index(), Kind.ROOM_ELSEWHERE);
    this.atHome = new WaitQueue<>(state, ctx.index(), Kind.ROOM_AT_HOME);
    this.retries = new WaitQueue<>(state, ctx.index(), Kind.BUDGET);
  }

  /** The pool of a new snapshot: those who wait go there. */
  void follow(LoopPool next) {
    pool = next;
  }

  /** The pool as it is now. */
  LoopPool pool() {
    return pool;
  }

  /** Whether nobody waits for anything. */
  boolean isIdle() {
    return queue.isEmpty() && elsewhere.isEmpty() && atHome.isEmpty() && retries.isEmpty();
  }

  /** Waits for room from now on; false when as many wait already as may. */
  boolean join(Waiting request) {
    long now = ctx.loop().nowNs();
    return join(
        line(request.roomKind()), request, now, now + pool.pool().timeouts().queue().toNanos());
  }

  private WaitQueue<Waiting> line(Kind kind) {
    return switch (kind) {
      case ROOM -> queue;
      case ROOM_ELSEWHERE -> elsewhere;
      case ROOM_AT_HOME -> atHome;
      case BUDGET -> retries;
    };
  }

  /**
   * Waits for the budget of retries from now on; false when as many wait already as may. Those who
   * have it may be waiting for an answer of a server that is found to be down in a while, and so
   * may this one: as long as for an answer.
   */
  boolean joinRetries(Waiting request) {
    long now = ctx.loop().nowNs();
    return join(retries, request, now, now + pool.pool().timeouts().response().toNanos());
  }

  private boolean join(WaitQueue<Waiting> line, Waiting request, long now, long latest) {
    long deadline = Math.min(latest, request.deadlineNs());
    if (!line.join(request.ticket(), deadline, pool.pool().limits().queue())) {
      return false;
    }
    if (!scheduled()) {
      ctx.loop().schedule(this, now + LOOK_AGAIN_NS);
    }
    return true;
  }

  /** Whether it is worth waiting for the budget. */
  RetryTurns turns() {
    return turns;
  }

  /** Waits no more: its client has gone. */
  void leave(Waiting request) {
    request.ticket().leave();
  }

  /** A retry of this loop has ended: another one may begin. */
  void budget() {
    if (!retries.isEmpty()) {
      serveSoon();
    }
  }

  /** A request of this loop has ended: who waited longest may go, here or on another loop. */
  void room() {
    int loop = state.nextWaiting();
    if (loop == ctx.index()) {
      // Not at once: who has just ended is not through with it yet.
      serveSoon();
    } else if (loop >= 0) {
      ctx.sibling(loop).serveSoon(state);
    }
    wakeHomes(loop);
  }

  /** Whose server it was that has room now, nobody knows but they. */
  private void wakeHomes(int woken) {
    for (int loop = 0; loop < ctx.loops(); loop++) {
      if (loop == woken || state.homesWaiting(loop) == 0) {
        continue;
      }
      if (loop == ctx.index()) {
        serveSoon();
      } else {
        ctx.sibling(loop).serveSoon(state);
      }
    }
  }

  /** Any thread. */
  void serveSoon() {
    // Two at once ask twice, which harms nobody.
    if (!asked) {
      asked = true;
      ctx.loop().execute(serve);
    }
  }

  @Override
  protected void expired(long nowNs) {
    serve();
    if (!isIdle()) {
      ctx.loop().schedule(this, nowNs + LOOK_AGAIN_NS);
    }
  }

  private void serve() {
    asked = false;
    if (serving) {
      return;
    }
    serving = true;
    serve(retries);
    serve(elsewhere);
    serveEach(atHome);
    serve(queue);
    serving = false;
  }

  private void serveEach(WaitQueue<Waiting> line) {
    endLate(line);
    Waiting next = line.first();
    while (next != null && next.ticket().waits()) {
      Waiting following = line.after(next.ticket());
      next.waitsFor(pool);
      next.tryAgain();
      next = following;
    }
  }

  private void endLate(WaitQueue<Waiting> line) {
    long now = ctx.loop().nowNs();
    for (Waiting late = line.pollExpired(now); late != null; late = line.pollExpired(now)) {
      late.waitedInVain(Refusal.QUEUE_TIMEOUT);
    }
  }

  private void serve(WaitQueue<Waiting> line) {
    endLate(line);
    for (Waiting first = line.first(); first != null; first = line.first()) {
      first.waitsFor(pool);
      if (!first.tryAgain()) {
        break;
      }
    }
  }
}
