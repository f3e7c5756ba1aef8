package io.steelyard.core.server;

import io.steelyard.core.health.Standing;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What lives longer than a snapshot: a server's standing, its ramp, what is in flight to it and
 * what its traffic shows. Carried from snapshot to snapshot by {@link ServerId}. The control plane
 * writes standing, ramp and reported load; each loop writes its own cells; all read.
 */
public final class ServerState {
  /** {@link #ramp} of a server that has its whole weight. */
  public static final int FULL_RAMP = 256;

  private final ServerId id;
  private final PoolState pool;
  private final LoopCells inFlight;
  private final AtomicInteger reserved = new AtomicInteger();
  private final ServerTraffic traffic;
  private volatile Standing standing;
  private volatile int ramp = FULL_RAMP;
  private volatile LoadReport report = LoadReport.NONE;
  private volatile AgentWords agentWords = AgentWords.NONE;
  private volatile int maxAsked;

  /** A server of {@code pool}, whose number of loops it shares. */
  public ServerState(ServerId id, PoolState pool, Standing standing) {
    this.id = id;
    this.pool = pool;
    this.inFlight = new LoopCells(pool.loops());
    this.traffic = new ServerTraffic(pool.loops());
    this.standing = standing;
  }

  public ServerId id() {
    return id;
  }

  public PoolState pool() {
    return pool;
  }

  public ServerTraffic traffic() {
    return traffic;
  }

  public Standing standing() {
    return standing;
  }

  /** Only the control plane's single writer calls this. */
  public void standing(Standing next) {
    if (!next.equals(standing)) {
      standing = next;
      pool.touch();
    }
  }

  /**
   * The part of its weight that counts now: 1 to {@link #FULL_RAMP}; less while it starts slowly.
   */
  public int ramp() {
    return ramp;
  }

  /** Only the control plane's single writer calls this. */
  public void ramp(int next) {
    if (ramp != next) {
      ramp = next;
      pool.touch();
    }
  }

  /** What it has last said of its own load. */
  public LoadReport report() {
    return report;
  }

  /** Any thread; the last one wins. */
  public void report(LoadReport next) {
    report = next;
  }

  /** What its agent has said. */
  public AgentWords agentWords() {
    return agentWords;
  }

  /** Any thread; the last one wins. What follows from it is the standing's writer's business. */
  public void agentWords(AgentWords next) {
    agentWords = next;
  }

  /** How many requests in flight it asks for at most; 0: it asks for no limit. */
  public int maxAsked() {
    return maxAsked;
  }

  /** Any thread; the last one wins. */
  public void maxAsked(int next) {
    if (maxAsked != next) {
      maxAsked = next;
      pool.touch();
    }
  }

  /**
   * A try at it has ended on loop {@code loop}; raises the pool's alarm when it is one too many.
   */
  public void ended(int loop, Outcome outcome) {
    int row = traffic.ended(loop, outcome);
    if (row > 0) {
      pool.failedInARow(row);
    }
  }

  /** One more in flight; called by loop {@code loop} only. */
  public void acquire(int loop) {
    inFlight.add(loop, 1);
    pool.acquire(loop);
  }

  /** One less in flight; called by loop {@code loop} only. */
  public void release(int loop) {
    if (inFlight.of(loop) <= 0) {
      throw new IllegalStateException(id + " was released more often than acquired");
    }
    inFlight.add(loop, -1);
    pool.release(loop);
  }

  /**
   * Takes one of {@code max} places, exactly, whichever loops ask at once; each must be given back
   * by {@link #unreserve}. In flight without a place (from before there was a limit) counts too.
   */
  public boolean reserve(int max) {
    return inFlight() < max && PoolState.take(reserved, max);
  }

  /** Gives back a place that {@link #reserve} has given. */
  public void unreserve() {
    reserved.decrementAndGet();
  }

  /** In flight over all loops: exact when nothing moves, a moment's sum otherwise. */
  public int inFlight() {
    return (int) inFlight.sum();
  }
}
