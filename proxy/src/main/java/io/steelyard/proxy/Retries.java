package io.steelyard.proxy;

import io.steelyard.core.pool.Tried;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.net.Buffer;

/**
 * How often a request was tried, where in vain, and what it takes to send it again: its bytes, and
 * a part of its pool's budget. Used again for the next request. Loop thread only.
 */
final class Retries {
  private final ProxyLoop ctx;
  private final Tried tried = new Tried();
  private int attempts;

  /** Those of the attempts that a kept connection was too old for. */
  private int agedAttempts;

  /** The request as it was sent; null when it must not be sent again. */
  private byte[] bytes;

  private int length;

  /** Whose budget it takes up; null: nobody's. */
  private PoolState budget;

  Retries(ProxyLoop ctx) {
    this.ctx = ctx;
  }

  void clear() {
    tried.clear();
    attempts = 0;
    agedAttempts = 0;
  }

  /** The servers that failed. */
  Tried tried() {
    return tried;
  }

  /** What kind of room is waited for: at the session's server, at any, or at any other. */
  WaitQueue.Kind roomKind(Bond bond) {
    if (bond.exists) {
      return WaitQueue.Kind.ROOM_AT_HOME;
    }
    return tried.isEmpty() ? WaitQueue.Kind.ROOM : WaitQueue.Kind.ROOM_ELSEWHERE;
  }

  int attempts() {
    return attempts;
  }

  void attempt() {
    attempts++;
  }

  /** The last attempt was lost to the age of its connection. */
  void aged() {
    agedAttempts++;
  }

  /** Whether the limits allow for one more attempt after those that failed. */
  boolean left(PoolLimits limits) {
    return attempts - agedAttempts <= limits.retries();
  }

  /** Keeps the head {@code out[0..written)} and the first {@code share} bytes of {@code body}. */
  void keep(byte[] out, int written, Buffer body, int share) {
    length = written + share;
    bytes = ctx.takeBytes(length);
    System.arraycopy(out, 0, bytes, 0, written);
    body.copyTo(body.from(), bytes, written, share);
  }

  /** Whether the request's bytes are kept. */
  boolean kept() {
    return bytes != null;
  }

  /** The request once more; null without a buffer. */
  Buffer again() {
    Buffer b = ctx.loop().takeBuffer();
    return b == null ? null : Buffers.fill(b, bytes, length);
  }

  /** It is not sent again. */
  void forget() {
    if (bytes != null) {
      ctx.giveBytes(bytes);
      bytes = null;
    }
  }

  /** Takes a part of the pool's budget, once for each request; false when it is used up. */
  boolean takeBudget(LoopPool pool) {
    if (budget == null && pool.retryAllowed()) {
      budget = pool.pool().state();
      budget.retrying(ctx.index(), 1);
    }
    return budget != null;
  }

  /** Whether this is a retry that takes up a part of a budget. */
  boolean haveBudget() {
    return budget != null;
  }

  /** Gives it back, to whoever of {@code pool} waits for it. */
  void giveBudget(LoopPool pool) {
    if (budget != null) {
      budget.retrying(ctx.index(), -1);
      budget = null;
      pool.queue().budget();
    }
  }
}
