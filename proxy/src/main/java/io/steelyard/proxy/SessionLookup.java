package io.steelyard.proxy;

import io.steelyard.core.session.SessionEntry;

/** Asks others for a session that this node has not heard of. */
@FunctionalInterface
public interface SessionLookup {
  /** Gets the answer, on any thread, once. After the deadline it is only remembered. */
  @FunctionalInterface
  interface Answer {
    /**
     * The session as another knows it; null: nobody knows it, or nobody could be asked. The entry
     * is copied, and may be used again afterwards.
     */
    void found(SessionEntry entry);
  }

  /**
   * Asks, and returns at once. Loop threads.
   *
   * @param keys the upper and the lower half of each key that the session may be known under, that
   *     of the first secret first; not changed any more
   * @return false when nobody can be asked just now: no answer comes then
   */
  boolean ask(long[] keys, Answer answer);
}
