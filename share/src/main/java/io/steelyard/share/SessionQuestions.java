package io.steelyard.share;

import io.steelyard.core.session.SessionEntry;
import java.util.function.Consumer;

/** Asks a carrier for sessions that this node has not heard of. */
@FunctionalInterface
public interface SessionQuestions {
  /**
   * Asks, and returns at once.
   *
   * @param keys the upper and the lower half of each key that the session may be known under, that
   *     of the newest secret first; at most {@link io.steelyard.core.session.Keyring#SECRETS_MAX}
   *     of them; not changed any more
   * @param answer gets what was noted of the session last, under whichever key, or null when it is
   *     not known there, on any thread, once
   * @return false when nobody can be asked just now: no answer comes then
   */
  boolean ask(long[] keys, Consumer<SessionEntry> answer);
}
