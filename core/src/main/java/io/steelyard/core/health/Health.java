package io.steelyard.core.health;

/**
 * The verdict of a series of checks as one integer: 0..rise-1 is down, rise..rise+fall-1 is up;
 * only <em>consecutive</em> results flip it.
 *
 * <pre>
 *            passed x rise (consecutive)
 *   DOWN  ------------------------------>  UP
 *         <------------------------------
 *            failed x fall (consecutive)
 *   UNKNOWN (never checked, counts as up), AWAITING (no result yet, counts as down):
 *   the first result decides at once
 * </pre>
 */
public record Health(int score, int rise, int fall, boolean known) {
  public Health {
    if (rise < 1 || fall < 1 || score < 0 || score >= rise + fall) {
      throw new IllegalArgumentException("score " + score + ", rise " + rise + ", fall " + fall);
    }
  }

  /** To be checked, without a result yet: not ready before the first. */
  public static Health awaiting(int rise, int fall) {
    return new Health(0, rise, fall, false);
  }

  /** Not checked: usable until a result says otherwise. */
  public static Health unknown(int rise, int fall) {
    return new Health(rise + fall - 1, rise, fall, false);
  }

  public boolean up() {
    return score >= rise;
  }

  /** Whether there is a verdict and no series has begun that could change it. */
  public boolean settled() {
    return known && (score == 0 || score == rise + fall - 1);
  }

  /** After a check that passed. */
  public Health passed() {
    int next = !known || up() ? rise + fall - 1 : score + 1 == rise ? rise + fall - 1 : score + 1;
    return new Health(next, rise, fall, true);
  }

  /** After a check that failed. */
  public Health failed() {
    int next = !known || !up() ? 0 : score - 1 == rise - 1 ? 0 : score - 1;
    return new Health(next, rise, fall, true);
  }

  /**
   * Under new limits: the verdict stays, a series that had begun starts anew. The same limits
   * change nothing.
   */
  public Health rescaled(int newRise, int newFall) {
    if (newRise == rise && newFall == fall) {
      return this;
    }
    return new Health(up() ? newRise + newFall - 1 : 0, newRise, newFall, known);
  }
}
