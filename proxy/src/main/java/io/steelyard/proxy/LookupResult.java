package io.steelyard.proxy;

import java.util.Locale;

/** What came of asking others for a session. */
enum LookupResult {
  /** Somebody knows it. */
  FOUND,
  /** Nobody knows it, or it has ended or is over. */
  UNKNOWN,
  /** No answer came in time. */
  LATE,
  /** Nobody could be asked, or as many look-ups are under way as may be. */
  REFUSED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** As metrics write it. */
  String label() {
    return label;
  }
}
