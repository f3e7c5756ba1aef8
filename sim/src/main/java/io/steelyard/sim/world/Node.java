package io.steelyard.sim.world;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.health.Wish;
import io.steelyard.core.pool.Happening;
import io.steelyard.core.pool.Lease;
import io.steelyard.core.pool.PoolBalancers;
import io.steelyard.core.pool.PoolMonitor;
import io.steelyard.core.pool.PoolView;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.RetryBudget;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Pool;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The balancer in the simulated world: the very decision classes that the data plane and the
 * control plane use, with nothing between. May be extended to spoil a decision.
 */
public class Node {
  private final RandomGenerator random;
  private final PoolMonitor monitor;
  private final PoolView[] views;
  private Pool pool;

  /** For {@code pool} as it stands at {@code nowNs}. */
  public Node(Pool pool, RandomGenerator random, long nowNs) {
    this.pool = pool;
    this.random = random;
    this.monitor = new PoolMonitor(pool, nowNs);
    this.views = new PoolView[pool.state().loops()];
    view();
  }

  private void view() {
    Supplier<Balancer> balancers = PoolBalancers.perLoop(pool);
    for (int i = 0; i < views.length; i++) {
      views[i] = new PoolView(pool, balancers.get());
    }
  }

  public final Pool pool() {
    return pool;
  }

  protected final RandomGenerator random() {
    return random;
  }

  protected final ServerState state(int server) {
    return pool.servers().get(server).state();
  }

  /** The pool is configured anew. */
  public void follow(Pool next, long nowNs) {
    pool = next;
    monitor.follow(next, nowNs);
    view();
  }

  /** The index of the server for a request on a loop, or {@link Balancer#NONE}. */
  public int pick(int loop, long key, Tried tried, long nowNs) {
    return views[loop].pick(key, tried, random, nowNs);
  }

  /** Why nothing was picked. */
  public Refusal whyNone(int loop, Tried tried) {
    return views[loop].whyNone();
  }

  /** Takes a place at a server; false when there is none. */
  public boolean take(Lease lease, int server, int loop, long nowNs) {
    if (!lease.take(pool.servers().get(server), loop)) {
      return false;
    }
    views[loop].changed(server, nowNs);
    return true;
  }

  /** Gives the place back. */
  public void release(Lease lease, int server, int loop, long nowNs) {
    lease.release();
    views[loop].changed(server, nowNs);
  }

  /** Whether there may be one more retry now. */
  public boolean mayRetry() {
    return RetryBudget.allows(pool.state(), pool.limits());
  }

  /** A retry begins. */
  public void retryBegins(int loop) {
    pool.state().retrying(loop, 1);
  }

  /** A retry has ended. */
  public void retryEnds(int loop) {
    pool.state().retrying(loop, -1);
  }

  /** A response has begun. */
  public void answered(int server, int loop, long tookNs, long bytes, long nowNs) {
    state(server).traffic().answered(loop, tookNs, nowNs);
    state(server).traffic().carried(loop, bytes, nowNs);
  }

  /** A try has ended. */
  public void ended(int server, int loop, Outcome outcome, long nowNs) {
    state(server).ended(loop, outcome);
  }

  /** A check has ended. */
  public List<Happening> checked(int server, boolean passed, long nowNs) {
    return monitor.checked(state(server), passed, nowNs);
  }

  /** The operator wishes. */
  public List<Happening> wished(int server, Wish wish, long nowNs) {
    return monitor.wished(state(server), wish, nowNs);
  }

  /** A server has failed as often in a row as it may. */
  public List<Happening> alarmed(long nowNs) {
    return monitor.alarmed(nowNs);
  }

  /** Moves time along. */
  public List<Happening> tick(long nowNs) {
    return monitor.tick(nowNs);
  }

  /** How a simulation gets its node. */
  @FunctionalInterface
  public interface Maker {
    /** For a pool that begins at time 0. */
    Node make(Pool pool, RandomGenerator random);

    /** The true one. */
    static Maker real() {
      return (pool, random) -> new Node(pool, random, 0);
    }
  }
}
