package io.steelyard.share;

import io.steelyard.core.session.SessionEntry;
import java.util.function.Consumer;

/** Asks a carrier for sessions that this node has not heard of. */
@FunctionalInterface
public interface SessionQuestions {
  /**
   * Asks, and returns at once.
   *
   * @param answer gets the session, or null when it is not known there, on any thread, once
   * @return false when nobody can be asked just now: no answer comes then
   */
  boolean ask(long high, long low, Consumer<SessionEntry> answer);
}
