package io.steelyard.core.session;

import java.util.Locale;

/** What became of a request's wish to stay where its session is. */
public enum StickyResult {
  /** It has no session yet: it began one. */
  NEW,
  /** It went to its session's server. */
  KEPT,
  /** Its session's server could not go on: the session went to another one. */
  MOVED,
  /** Its session's server could not go on, and sessions of this pool go to no other. */
  REFUSED,
  /** What it said of a session was written by nobody who may: it began a new one. */
  FORGED,
  /** Its session is over: it began a new one. */
  EXPIRED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** As metrics and the access log write it. */
  public String label() {
    return label;
  }
}
