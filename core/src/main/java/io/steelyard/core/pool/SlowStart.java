package io.steelyard.core.pool;

import io.steelyard.core.server.ServerState;
import java.time.Duration;

/**
 * How far a server that takes part again has come: its ramp goes from a tenth to the whole in a
 * straight line, so that it ends without a step and those that started together never jump.
 */
final class SlowStart {
  /** Where a ramp begins. */
  static final int FIRST = Math.ceilDiv(ServerState.FULL_RAMP, 10);

  /** However late a tick comes (the machine was suspended), it moves a ramp by no more. */
  private static final int STEPS_MIN = 8;

  private double done = 1;
  private long seenNs;

  /** From the beginning; {@code length} zero: there at once. */
  void begin(Duration length, long nowNs) {
    done = length.isPositive() ? 0 : 1;
    seenNs = nowNs;
  }

  /** It needs none, or none any more. */
  void end() {
    done = 1;
  }

  boolean ended() {
    return done == 1;
  }

  /** Time has passed. */
  void advance(Duration length, long nowNs) {
    if (!length.isPositive()) {
      done = 1;
    } else if (done < 1) {
      long lengthNs = length.toNanos();
      long stepMaxNs = Math.max(PoolMonitor.TICK_NS, lengthNs / STEPS_MIN);
      done = Math.min(1, done + (double) Math.min(nowNs - seenNs, stepMaxNs) / lengthNs);
      seenNs = nowNs;
    }
  }

  /** {@link #FIRST} to {@link ServerState#FULL_RAMP}. */
  int ramp() {
    return FIRST + (int) ((ServerState.FULL_RAMP - FIRST) * done);
  }
}
