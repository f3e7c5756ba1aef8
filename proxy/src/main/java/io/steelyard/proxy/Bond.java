package io.steelyard.proxy;

import io.steelyard.core.pool.Refusal;
import io.steelyard.core.session.StickyResult;

/**
 * What is known of a request's session. Used again for the next request of its connection. Loop
 * thread only.
 */
final class Bond {
  /** How it came to be placed; null when its pool binds nobody, or before it was placed. */
  StickyResult result;

  /** Whether there is a session, which may be at home nowhere any more. */
  boolean exists;

  /** The session's number. */
  long session;

  /** Whether the request says something that a session can be remembered by. */
  boolean keyed;

  /** Whether others may know of the session what nobody here has heard. */
  boolean unknown;

  /** With the number, under which key. */
  long keyHigh;

  /** When it is unknown: the halves of its keys under all secrets, the first one's first. */
  long[] keys;

  /** When it began, in seconds since 1970. */
  long begunS;

  /** The server that it is at home at; null: none of the pool's. */
  String home;

  /** Its index in the pool as that was then: where it is looked for first. */
  int homeAt;

  /** Whether it has to be noted again that the session lives, although nothing has changed. */
  boolean stale;

  /** Whether it goes to another server for this time only, and stays at home where it is. */
  boolean away;

  /** What was wrong with what the request said of a session; null: nothing. */
  StickyResult flaw;

  /** Whether its server failed this request, and goes on with others. */
  boolean failedHere;

  /** Why it was placed nowhere the last time; null: ask the pool. */
  Refusal why;

  /** Nothing is known. */
  void clear() {
    result = null;
    exists = false;
    session = 0;
    begunS = 0;
    keyed = false;
    unknown = false;
    keyHigh = 0;
    keys = null;
    home = null;
    homeAt = 0;
    stale = false;
    away = false;
    failedHere = false;
    flaw = null;
    why = null;
  }
}
