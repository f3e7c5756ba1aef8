package io.steelyard.core.health;

/** What the operator wants of a server. */
public enum Wish {
  /** It serves. */
  SERVE,
  /** It keeps the sessions that are bound to it and takes no new ones. */
  DRAIN,
  /** It takes nothing. */
  MAINTENANCE
}
