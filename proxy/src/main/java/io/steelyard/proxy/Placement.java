package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.net.Buffer;
import io.steelyard.wire.http1.RequestHead;

/**
 * Where a request goes: asks for its session if nobody here knows it, takes a place at a server of
 * its pool, waits for one, and tries elsewhere when a server fails. Used again for the next request
 * of its connection. Loop thread only.
 *
 * <pre>
 *  LOOKS ITS SESSION UP
 *   |
 *   v      place taken                     safe, and within the budget
 *  TAKING -------------> AT A SERVER --failed----------------------------> TAKING
 *   |  ^ room                            | safe, budget used up
 *   v  |                                 v
 *  WAITS FOR ROOM (in vain: 503)        WAITS FOR THE BUDGET --a retry has ended--> TAKING
 * </pre>
 */
final class Placement implements Waiting, LookingUp.Asker {
  private final ProxyLoop ctx;
  private final Exchange exchange;
  private final Try current;
  private final Retries retries;
  private final WaitQueue.Ticket<Waiting> ticket = new WaitQueue.Ticket<>(this);
  private final Bond bond = new Bond();
  private LoopPool pool;
  private long key;
  private int index;
  private LoopServer server;
  private long waitsSinceNs;
  private long queuedNs;

  /** Its session is to be looked up before it takes a place. */
  private boolean asks;

  /** Its session is being looked up; else null. */
  private LookingUp lookingUp;

  /** Why it has to be tried again, while it waits for the pool's budget; else null. */
  private Failure failure;

  private String failedWhy;

  Placement(ProxyLoop ctx, Exchange exchange) {
    this.ctx = ctx;
    this.exchange = exchange;
    this.current = new Try(ctx.index());
    this.retries = new Retries(ctx);
  }

  /** For the next request. */
  void clear() {
    pool = null;
    server = null;
    failure = null;
    queuedNs = 0;
    bond.clear();
    retries.clear();
  }

  /** What binds the request to a server, if its pool has sessions. */
  Bond bond() {
    return bond;
  }

  /** The request whose head was parsed last goes to a server of this route. */
  void to(LoopRoute route, RequestHead head, long addressKey) {
    byte[] in = ctx.in();
    pool =
        route.shares() == null
            ? route.pool()
            : route.shares().choose(head, in, addressKey, bond, ctx.random());
    HashKeys hashKeys = pool.hashKeys();
    key = hashKeys == null ? addressKey : hashKeys.of(head, in, addressKey);
    if (pool.sessions() != null) {
      pool.sessions().look(head, in, addressKey, bond);
    }
  }

  /** Null before the request was routed. */
  LoopPool pool() {
    return pool;
  }

  /** The server of the last try; null before the first. */
  LoopServer server() {
    return server;
  }

  /** The last try. */
  Try current() {
    return current;
  }

  /** What the request is tried again with. */
  Retries retries() {
    return retries;
  }

  /** How long it waited for room at a server, its turn to be tried again, or its session's home. */
  long queuedNs() {
    return queuedNs;
  }

  /** When the first byte of a response has to be there; Long.MAX_VALUE: whenever. */
  @Override
  public long deadlineNs() {
    long total = pool.totalNs();
    return total == Long.MAX_VALUE ? total : exchange.startNs + total;
  }

  /** Takes a place at a server; its index, or {@link Balancer#NONE}. */
  int take() {
    int taken = pool.take(bond, key, retries.tried(), current.lease());
    if (taken != Balancer.NONE) {
      current.begin(pool, taken);
    }
    return taken;
  }

  /**
   * As {@link #take}, for a request that has just come: nobody overtakes those who wait. Nothing is
   * taken yet when its session has to be looked up.
   *
   * @return why there is no place, nor will be; null when there is one or it may wait
   */
  Refusal takeFirst() {
    asks = ctx.lookups().wanted(bond);
    return asks ? null : takeOrWait();
  }

  private Refusal takeOrWait() {
    // Asked once: other loops' requests come and go meanwhile.
    boolean behindOthers = pool.hasWaiting() && !pool.homeTakesNoneNew(bond);
    index = behindOthers ? Balancer.NONE : take();
    if (index != Balancer.NONE || behindOthers) {
      return null;
    }
    Refusal why = pool.whyNone(bond);
    return pool.letsWait(why) ? null : why;
  }

  /** Index of the server of the last try, in {@link #pool}. */
  int index() {
    return index;
  }

  /** The request is complete enough to go where {@link #takeFirst} found a place, or to wait. */
  void start() {
    if (asks) {
      ask();
    } else {
      goOrAwait();
    }
  }

  private void goOrAwait() {
    if (index == Balancer.NONE) {
      await();
    } else {
      go(index, false);
    }
  }

  private void go(int to, boolean freshConnection) {
    index = to;
    server = pool.server(to);
    retries.attempt();
    exchange.dispatch(server, freshConnection);
  }

  // ---- looking its session up

  private void ask() {
    waitsSinceNs = ctx.loop().nowNs();
    lookingUp = ctx.lookups().ask(bond, deadlineNs(), this);
    if (lookingUp == null) {
      place();
    } else {
      exchange.waits();
    }
  }

  @Override
  public void heard(SessionEntry entry) {
    lookingUp = null;
    queuedNs += ctx.loop().nowNs() - waitsSinceNs;
    waitsFor(pool.queue().pool());
    if (pool.sessions() != null) {
      pool.sessions().heard(entry, bond);
    }
    if (ctx.loop().nowNs() >= deadlineNs()) {
      exchange.answer(Side.BALANCER, 504, "no time was left to try a server");
    } else {
      place();
    }
  }

  private void place() {
    Refusal none = takeOrWait();
    if (none == null) {
      goOrAwait();
    } else {
      exchange.answer(Side.BALANCER, 503, none.text());
    }
  }

  // ---- waiting for room

  private void await() {
    waitsSinceNs = ctx.loop().nowNs();
    exchange.waits();
    if (!pool.queue().join(this)) {
      exchange.answer(Side.BALANCER, 503, Refusal.QUEUE_FULL.text());
    }
  }

  @Override
  public WaitQueue.Ticket<Waiting> ticket() {
    return ticket;
  }

  @Override
  public WaitQueue.Kind roomKind() {
    return retries.roomKind(bond);
  }

  @Override
  public void waitsFor(LoopPool next) {
    if (retries.tried().isEmpty() && failure == null) {
      pool = next;
    }
  }

  @Override
  public boolean tryAgain() {
    return failure == null ? tryPlace() : tryBudget();
  }

  private boolean tryPlace() {
    int taken = take();
    if (taken == Balancer.NONE) {
      Refusal why = pool.whyNone(bond);
      boolean inVain = !pool.letsWait(why);
      if (inVain) {
        pool.queue().leave(this);
        waitedInVain(why);
      }
      return inVain;
    }
    waited();
    go(taken, false);
    return true;
  }

  private void waited() {
    pool.queue().leave(this);
    queuedNs += ctx.loop().nowNs() - waitsSinceNs;
  }

  @Override
  public void waitedInVain(Refusal why) {
    queuedNs += ctx.loop().nowNs() - waitsSinceNs;
    if (failure == null && ctx.loop().nowNs() >= deadlineNs()) {
      exchange.answer(Side.BALANCER, 504, why.text());
    } else if (failure == null) {
      exchange.answer(Side.BALANCER, 503, why.text());
    } else {
      denyRetry();
    }
  }

  // ---- waiting for the budget of retries

  /**
   * A crash loses many requests at once, more than may be tried again at a time: they take turns.
   */
  private void awaitBudget(Failure of, String why, boolean worthWaiting) {
    failure = of;
    failedWhy = why;
    waitsSinceNs = ctx.loop().nowNs();
    exchange.waits();
    if (!worthWaiting || !pool.queue().joinRetries(this)) {
      denyRetry();
    }
  }

  private boolean tryBudget() {
    // Before: what other loops give back in between is taken.
    boolean hopeless = !pool.retryMayBeAllowed();
    if (!retries.takeBudget(pool)) {
      if (hopeless) {
        pool.queue().leave(this);
        waitedInVain(Refusal.QUEUE_TIMEOUT);
      }
      return hopeless;
    }
    waited();
    Failure of = failure;
    failure = null;
    again(of, failedWhy, false);
    return true;
  }

  private void denyRetry() {
    Failure of = failure;
    failure = null;
    server.counters().retriesDenied++;
    exchange.answer(Side.SERVER, of.status(), failedWhy + "; too many retries are under way");
  }

  // ---- after a failure

  /** The first byte of a response is there. */
  void answered(long nowNs) {
    current.answered(nowNs);
    if (retries.haveBudget()) {
      pool.queue().turns().answered();
    }
  }

  /**
   * The last try has failed, before anything of a response came. Tries elsewhere if that is safe,
   * now or later.
   *
   * @param ageOnly the connection had idled and may have ended for its age alone: that is no try of
   *     a server. The next connection is new, so there are at most twice as many tries.
   * @return false: it was the last try
   */
  boolean failed(Failure how, String why, boolean ageOnly) {
    tryEnded(how, ageOnly);
    boolean safe = how.nothingSent() || (retries.kept() && how.mayBeRepeated());
    if (!safe || !retries.left(pool.pool().limits())) {
      givenUp(how);
      return false;
    }
    // Before: what other loops give back in between is taken.
    boolean worthWaiting = pool.retryMayBeAllowed();
    if (ageOnly || retries.takeBudget(pool)) {
      again(how, why, ageOnly);
    } else {
      awaitBudget(how, why, worthWaiting);
    }
    return true;
  }

  /** The last try has failed; it is known that there is no other. */
  void failed(Failure how) {
    tryEnded(how, false);
  }

  private void tryEnded(Failure how, boolean ageOnly) {
    if (ageOnly) {
      current.withdrawn(ctx.loop().nowNs());
      retries.aged();
    } else {
      current.end(how.outcome(), ctx.loop().nowNs());
    }
  }

  private void again(Failure how, String why, boolean ageOnly) {
    server.counters().retries++;
    // After age alone the same server is as good as another, on a new connection.
    if (!ageOnly) {
      retries.tried().add(index);
      pool.failedAt(index, bond, how == Failure.CONNECT || how == Failure.CONNECT_TIMEOUT);
    }
    if (!exchange.prepareAgain()) {
      exchange.answer(Side.BALANCER, 503, "out of buffers");
      return;
    }
    int taken = take();
    if (taken != Balancer.NONE) {
      go(taken, ageOnly);
      return;
    }
    Refusal refusal = pool.whyNone(bond);
    if (pool.letsWait(refusal)) {
      await();
    } else if (retries.tried().isEmpty()) {
      exchange.answer(Side.BALANCER, 503, refusal.text());
    } else {
      givenUp(how);
      exchange.answer(Side.SERVER, how.status(), why + "; no other server is usable");
    }
  }

  /** It has failed for good; if that was a retry, retries may be of no use. */
  private void givenUp(Failure how) {
    if (retries.haveBudget() && retries.attempts() > 1 && how.failsAgain()) {
      pool.queue().turns().failed();
    }
  }

  /** Puts the request together again as it was first sent; null without a buffer. */
  Buffer requestAgain() {
    return retries.again();
  }

  // ---- ends

  /** The request is over: nobody waits, and the budget is given back. */
  void over() {
    retries.giveBudget(pool);
  }

  /** The request is given up. */
  void cancel() {
    if (ticket.waits()) {
      pool.queue().leave(this);
    }
    if (lookingUp != null) {
      lookingUp.leave();
      lookingUp = null;
    }
    failure = null;
    current.end(Outcome.NEUTRAL, ctx.loop().nowNs());
    over();
  }
}
