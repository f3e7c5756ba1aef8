package io.steelyard.core.server;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What of a pool lives longer than a snapshot: in flight, retries under way, waiting requests, and
 * an epoch that grows whenever the standing, ramp or limit of a server changes. Carried from
 * snapshot to snapshot by its name.
 */
public final class PoolState {
  private final String name;
  private final int loops;
  private final LoopCells inFlight;
  private final LoopCells retrying;
  private final LoopCells firstNewcomers;
  private final LoopCells firstElsewhere;
  private final LoopCells atHome;
  private final AtomicInteger waitingAll = new AtomicInteger();
  private final AtomicInteger newcomers = new AtomicInteger();
  private final AtomicLong places = new AtomicLong();
  private final AtomicInteger epoch = new AtomicInteger();
  private final AtomicInteger reserved = new AtomicInteger();
  private volatile boolean panic;
  private volatile int concurrencyMax;
  private volatile int failuresToAlarm;
  private volatile Runnable alarm = () -> {};

  /** For {@code loops} event loops, numbered from 0. */
  public PoolState(String name, int loops) {
    this.name = name;
    this.loops = loops;
    this.inFlight = new LoopCells(loops);
    this.retrying = new LoopCells(loops);
    this.firstNewcomers = new LoopCells(loops);
    this.firstElsewhere = new LoopCells(loops);
    this.atHome = new LoopCells(loops);
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

  /**
   * So many failures in a row of one server raise the alarm; 0: none do. Only the control plane's
   * single writer calls this.
   */
  public void failuresToAlarm(int failures) {
    failuresToAlarm = failures;
  }

  /** What the alarm does; loops call it, so it must not block. The control plane's writer only. */
  public void onAlarm(Runnable next) {
    alarm = next;
  }

  /** The row of each length is told by one loop only, so the alarm is raised once in a row. */
  void failedInARow(int failures) {
    if (failures == failuresToAlarm) {
      alarm.run();
    }
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
    return inFlight() < max && take(reserved, max);
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

  /**
   * One more request waits, for room at a server or for the budget of retries, unless {@code max}
   * do already, exactly. Any thread; its end is {@link #leaveWaiting}.
   */
  public boolean joinWaiting(int max) {
    return take(waitingAll, max);
  }

  /** A request waits no more. Any thread. */
  public void leaveWaiting() {
    waitingAll.decrementAndGet();
  }

  /** Requests that wait, over all loops. */
  public int waiting() {
    return waitingAll.get();
  }

  /** The place of one more request in the order of all that wait: greater than any before. */
  public long nextPlace() {
    return places.incrementAndGet();
  }

  /** Of those that wait, one more (1) or one less (-1) has been tried nowhere yet. Any thread. */
  public void newcomersWaiting(int change) {
    newcomers.addAndGet(change);
  }

  /**
   * Whose place it is to get room on a loop first; 0: nobody waits there. Own loop only.
   *
   * @param newcomer whether it is of those that have been tried nowhere
   */
  public void firstForRoom(int loop, boolean newcomer, long place) {
    (newcomer ? firstNewcomers : firstElsewhere).set(loop, place);
  }

  /**
   * Requests that have been tried nowhere and wait for room at any server, over all loops: who
   * comes now has to wait behind them.
   */
  public int newcomersWaiting() {
    return newcomers.get();
  }

  /** Of those that wait for room at one server, one more (1) or one less (-1). Own loop only. */
  public void homesWaiting(int loop, int change) {
    atHome.add(loop, change);
  }

  /** How many on that loop wait for room at one server. Any thread. */
  public int homesWaiting(int loop) {
    return (int) atHome.of(loop);
  }

  /**
   * The loop of the request that has waited longest for room, which is to have what has just come
   * free. Negative when none waits. Any thread.
   */
  public int nextWaiting() {
    int next = -1;
    long first = Long.MAX_VALUE;
    for (int loop = 0; waitingAll.get() > 0 && loop < loops; loop++) {
      long place = Math.min(placeOr(firstNewcomers, loop), placeOr(firstElsewhere, loop));
      if (place < first) {
        first = place;
        next = loop;
      }
    }
    return next;
  }

  private static long placeOr(LoopCells firsts, int loop) {
    long place = firsts.of(loop);
    return place == 0 ? Long.MAX_VALUE : place;
  }

  /** Takes one of {@code max}, exactly: refused only when all are taken at that moment. */
  static boolean take(AtomicInteger taken, int max) {
    for (int now = taken.get(); now < max; now = taken.get()) {
      if (taken.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }
}
