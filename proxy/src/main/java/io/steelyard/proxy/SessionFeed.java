package io.steelyard.proxy;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What all loops have noted of sessions, for the one thread that tells other nodes. */
public final class SessionFeed {
  private final SessionChanges[] loops;
  private volatile Thread sleeper;

  SessionFeed(int loops) {
    this.loops = new SessionChanges[loops];
    for (int i = 0; i < loops; i++) {
      this.loops[i] = new SessionChanges();
    }
  }

  SessionChanges of(int loop) {
    return loops[loop];
  }

  /** Something was added. Loop threads. */
  void ring() {
    // What was added has to be seen by who falls asleep just now, or who sleeps be seen here.
    VarHandle.fullFence();
    Thread waiting = sleeper;
    if (waiting != null) {
      sleeper = null;
      LockSupport.unpark(waiting);
    }
  }

  /**
   * Takes what was noted since, as {@link io.steelyard.core.session.SessionEntry}s that are
   * written; what has no room comes the next time. One thread.
   *
   * @return how many
   */
  public int drain(ByteBuffer into) {
    int n = 0;
    for (SessionChanges each : loops) {
      n += each.drain(into);
    }
    return n;
  }

  /**
   * Waits until there is something, or the time is over, or an interrupt comes. The same thread.
   */
  public void await(long atMostNs) {
    sleeper = Thread.currentThread();
    for (SessionChanges each : loops) {
      if (!each.isEmpty()) {
        sleeper = null;
        return;
      }
    }
    LockSupport.parkNanos(this, Math.min(atMostNs, TimeUnit.SECONDS.toNanos(1)));
    sleeper = null;
  }

  /** Changes that found no room, since the beginning. Any thread. */
  public long lost() {
    long lost = 0;
    for (SessionChanges each : loops) {
      lost += each.lost();
    }
    return lost;
  }
}
