package io.steelyard.proxy;

import io.steelyard.core.session.SessionEntry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The sessions that one loop asks others for. Loop thread only. */
final class Lookups {
  /** A node that nobody answers keeps so many requests waiting on each loop, and no more. */
  static final int UNDER_WAY_MAX = 1024;

  private final ProxyLoop ctx;
  private final ResultCounts<LookupResult> counts = new ResultCounts<>(LookupResult.class);

  /** Null: nobody is asked. */
  private SessionLookup lookup;

  private long waitNs;
  private int underWay;

  Lookups(ProxyLoop ctx) {
    this.ctx = ctx;
  }

  /**
   * From now on {@code asking} is asked for sessions that are not known here; null: nobody is.
   *
   * @param deadline how long a request waits for the answer
   */
  void ask(SessionLookup asking, Duration deadline) {
    lookup = asking;
    waitNs = deadline.toNanos();
  }

  /** Whether others are to be asked before a request is placed. */
  boolean wanted(Bond bond) {
    return lookup != null && bond.unknown;
  }

  /**
   * Asks for a session that is {@link #wanted}.
   *
   * @param latestNs when the request is given up; Long.MAX_VALUE: never
   * @param asker is told what came of it, later, unless it leaves before
   * @return null when it is refused: the asker is not told
   */
  LookingUp ask(Bond bond, long latestNs, LookingUp.Asker asker) {
    LookingUp asked = underWay < UNDER_WAY_MAX ? asked(bond, asker) : null;
    if (asked == null) {
      counts.count(LookupResult.REFUSED);
      return null;
    }
    underWay++;
    asked.begin(Math.min(ctx.loop().nowNs() + waitNs, latestNs));
    return asked;
  }

  private LookingUp asked(Bond bond, LookingUp.Asker asker) {
    LookingUp asked = new LookingUp(ctx, bond.keys, asker);
    return lookup.ask(bond.keys, asked) ? asked : null;
  }

  /** One that was under way is over. */
  void ended(LookupResult result) {
    underWay--;
    counts.count(result);
  }

  /** Takes in what somebody tells of a session; whether it is one that goes on. */
  boolean learn(SessionEntry told) {
    if (told.isOver((int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()))
        || ctx.sessionTable().isCleared(told)) {
      return false;
    }
    ctx.sessionTable().learn(told);
    return told.server != SessionEntry.GONE;
  }

  ResultCounts<LookupResult> counts() {
    return counts;
  }

  /** How many are under way. */
  int underWay() {
    return underWay;
  }
}
