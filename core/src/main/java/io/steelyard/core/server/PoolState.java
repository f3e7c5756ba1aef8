package io.steelyard.core.server;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What of a pool lives longer than a snapshot: in flight, retries under way, waiting requests, and
 * an epoch that grows whenever the standing or ramp of a server changes. Carried from snapshot to
 * snapshot by its name.
 */
public final class PoolState {
  private final String name;
  private final int loops;
  private final LoopCells inFlight;
  private final LoopCells retrying;
  private final LoopCells waiting;
  private final AtomicInteger epoch = new AtomicInteger();
  private final AtomicInteger reserved = new AtomicInteger();
  private volatile boolean panic;
  private volatile int concurrencyMax;

  /** For {@code loops} event loops, numbered from 0. */
  public PoolState(String name, int loops) {
    this.name = name;
    this.loops = loops;
    this.inFlight = new LoopCells(loops);
    this.retrying = new LoopCells(loops);
    this.waiting = new LoopCells(loops);
  }

  public String name() {
    return name;
  }

  public int loops() {
    return loops;
  }

  /** What of its servers takes new requests, and with which weight, has changed. Any thread. */
  public void touch() {
    epoch.incrementAndGet();
  }

  /** Grows with each {@link #touch}; may wrap round. */
  public int epoch() {
    return epoch.get();
  }

  /** Whether so few are healthy that health is not asked for. */
  public boolean panic() {
    return panic;
  }

  /** Only the control plane's single writer calls this. */
  public void panic(boolean next) {
    if (panic != next) {
      panic = next;
      touch();
    }
  }

  /** Requests in flight at a time over all servers; 0 is no limit. */
  public int concurrencyMax() {
    return concurrencyMax;
  }

  /** Only the control plane's single writer calls this. */
  public void concurrencyMax(int next) {
    concurrencyMax = next;
  }

  void acquire(int loop) {
    inFlight.add(loop, 1);
  }

  void release(int loop) {
    inFlight.add(loop, -1);
  }

  /** In flight to all of its servers, those that are no member any more included. */
  public int inFlight() {
    return (int) inFlight.sum();
  }

  /** As {@link ServerState#reserve}, for the pool as a whole. */
  public boolean reserve(int max) {
    if (inFlight() >= max) {
      return false;
    }
    if (reserved.incrementAndGet() > max) {
      reserved.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives back a place that {@link #reserve} has given. */
  public void unreserve() {
    reserved.decrementAndGet();
  }

  /** A retry begins (1) or has ended (-1); called by loop {@code loop} only. */
  public void retrying(int loop, int change) {
    retrying.add(loop, change);
  }

  /** Retries that are under way. */
  public int retrying() {
    return (int) retrying.sum();
  }

  /** A request begins (1) to wait for a server with room or has ended (-1) to. Own loop only. */
  public void waiting(int loop, int change) {
    waiting.add(loop, change);
  }

  /** Requests that wait for a server with room, over all loops. */
  public int waiting() {
    return (int) waiting.sum();
  }

  /** Requests that wait on loop {@code loop}. */
  public int waitingOn(int loop) {
    return (int) waiting.of(loop);
  }
}
