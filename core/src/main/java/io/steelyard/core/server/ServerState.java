package io.steelyard.core.server;

import io.steelyard.core.health.Standing;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What lives longer than a snapshot: a server's standing and what is in flight to it. Carried from
 * snapshot to snapshot by {@link ServerId}. The control plane writes the standing; each loop writes
 * its own in-flight cell; all read.
 */
public final class ServerState {
  /** One cell per loop, each on its own pair of cache lines. */
  private static final int STRIDE = 32;

  private final ServerId id;
  private final AtomicIntegerArray inFlight;
  private final int loops;
  private volatile Standing standing;

  /** For {@code loops} event loops, numbered from 0. */
  public ServerState(ServerId id, int loops, Standing standing) {
    this.id = id;
    this.loops = loops;
    this.inFlight = new AtomicIntegerArray(loops * STRIDE);
    this.standing = standing;
  }

  public ServerId id() {
    return id;
  }

  public Standing standing() {
    return standing;
  }

  /** Only the control plane's single writer calls this. */
  public void standing(Standing next) {
    standing = next;
  }

  /** One more in flight; called by loop {@code loop} only. */
  public void acquire(int loop) {
    int cell = loop * STRIDE;
    inFlight.setOpaque(cell, inFlight.getPlain(cell) + 1);
  }

  /** One less in flight; called by loop {@code loop} only. */
  public void release(int loop) {
    int cell = loop * STRIDE;
    int left = inFlight.getPlain(cell) - 1;
    if (left < 0) {
      throw new IllegalStateException(id + " was released more often than acquired");
    }
    inFlight.setOpaque(cell, left);
  }

  /** In flight over all loops: exact when nothing moves, a moment's sum otherwise. */
  public int inFlight() {
    int sum = 0;
    for (int i = 0; i < loops; i++) {
      sum += inFlight.getOpaque(i * STRIDE);
    }
    return sum;
  }
}
