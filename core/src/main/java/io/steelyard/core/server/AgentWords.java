package io.steelyard.core.server;

import io.steelyard.core.health.Wish;

/**
 * What a server's agent has said so far, of which later words replace only what they are about.
 *
 * @param wish the last of ready, drain and maint
 * @param works false after down, until up
 * @param takesNothing whether the last percentage was 0
 */
public record AgentWords(Wish wish, boolean works, boolean takesNothing) {
  /** Nothing. */
  public static final AgentWords NONE = new AgentWords(Wish.SERVE, true, false);

  /** What all of it comes to: one that does not work gets nothing, as in maintenance. */
  public Wish asked() {
    if (!works) {
      return Wish.MAINTENANCE;
    }
    return wish == Wish.SERVE && takesNothing ? Wish.DRAIN : wish;
  }
}
