package io.steelyard.core.pool;

import java.time.Duration;

/**
 * A period that doubles with each offence and halves after as long without one. Bounded by the
 * longest period, at which offences change nothing any more.
 */
final class Backoff {
  private int level;
  private long calmSinceNs;

  /** Nothing has happened, or it is forgotten. */
  void clear() {
    level = 0;
  }

  boolean isClear() {
    return level == 0;
  }

  /** One more offence. */
  void offend(Duration first, Duration longest) {
    if (level == 0 || periodNs(first, longest) < longest.toNanos()) {
      level++;
    }
  }

  /** The period of the last offence. */
  long periodNs(Duration first, Duration longest) {
    long periodNs = Math.min(first.toNanos(), longest.toNanos());
    for (int i = 1; i < level && periodNs < longest.toNanos(); i++) {
      periodNs = periodNs > longest.toNanos() / 2 ? longest.toNanos() : 2 * periodNs;
    }
    return periodNs;
  }

  /** Whatever was before, calm begins now at the earliest. */
  void disturb(long nowNs) {
    calmSinceNs = nowNs;
  }

  /** It is calm; halves the period when it has been for as long. */
  void calm(Duration first, Duration longest, long nowNs) {
    while (level > 0 && nowNs - calmSinceNs >= periodNs(first, longest)) {
      calmSinceNs += periodNs(first, longest);
      level--;
    }
  }
}
