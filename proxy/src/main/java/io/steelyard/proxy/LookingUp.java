package io.steelyard.proxy;

import io.steelyard.core.session.SessionEntry;
import io.steelyard.net.Timer;

/**
 * One session that others are asked for, and the request that waits for the answer. Made anew for
 * each: an answer can only reach the request that it is for, however late it comes and whatever
 * that request's connection does by then. Loop thread only, but for {@link #found}.
 *
 * <pre>
 *  NEW --asked--> UNDER WAY --answer, or deadline--> OVER (an answer is only remembered)
 *  (refused: as OVER)   (its asker may leave meanwhile)
 * </pre>
 */
final class LookingUp extends Timer implements SessionLookup.Answer {
  /** Who waits for the answer. Loop thread only. */
  @FunctionalInterface
  interface Asker {
    /**
     * It has waited long enough.
     *
     * @param entry the session, which goes on; null: begin a new one unless it has come to be known
     */
    void heard(SessionEntry entry);
  }

  private final ProxyLoop ctx;
  private final long[] keys;

  /** Null when nobody waits any more. */
  private Asker asker;

  private boolean underWay;

  LookingUp(ProxyLoop ctx, long[] keys, Asker asker) {
    this.ctx = ctx;
    this.keys = keys;
    this.asker = asker;
  }

  /** Others have been asked. */
  void begin(long deadlineNs) {
    underWay = true;
    ctx.loop().schedule(this, deadlineNs);
  }

  /**
   * The asker waits no more. Its place among those under way stays taken until the deadline: else
   * clients who come and go could have any number of them asked for.
   */
  void leave() {
    asker = null;
  }

  /** Any thread. */
  @Override
  public void found(SessionEntry entry) {
    // Whoever answers may use the entry again.
    SessionEntry told = entry == null ? null : entry.copy();
    ctx.loop().execute(() -> answered(told));
  }

  private void answered(SessionEntry told) {
    // What answers another question is none of this one.
    boolean found = told != null && isAskedFor(told) && ctx.lookups().learn(told);
    if (underWay) {
      ctx.loop().cancel(this);
      end(found ? LookupResult.FOUND : LookupResult.UNKNOWN, found ? told : null);
    }
  }

  private boolean isAskedFor(SessionEntry told) {
    for (int i = 0; i < keys.length; i += 2) {
      if (told.high == keys[i] && told.low == keys[i + 1]) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected void expired(long nowNs) {
    end(LookupResult.LATE, null);
  }

  private void end(LookupResult result, SessionEntry entry) {
    underWay = false;
    ctx.lookups().ended(result);
    Asker waiting = asker;
    asker = null;
    if (waiting != null) {
      waiting.heard(entry);
    }
  }
}
