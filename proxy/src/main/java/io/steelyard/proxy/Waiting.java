package io.steelyard.proxy;

import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.WaitQueue;

/** Who waits in a {@link LoopQueue} for room at a server. Loop thread only. */
interface Waiting {
  /** What it waits with; its own. */
  WaitQueue.Ticket<Waiting> ticket();

  /** What kind of room it waits for. */
  WaitQueue.Kind roomKind();

  /** The pool is configured anew: from now on it waits for a server of this one. */
  void waitsFor(LoopPool pool);

  /**
   * There may be room. When it gets some, or finds out that there will be none, it leaves the
   * queue.
   *
   * @return whether it has left
   */
  boolean tryAgain();

  /**
   * Later than that it does not wait, however long the pool lets others; Long.MAX_VALUE: it does.
   */
  long deadlineNs();

  /** It has waited for nothing. */
  void waitedInVain(Refusal why);
}
