package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * The server with the least score, for few servers: looks at each of them for each pick. Among
 * equals smooth turns decide, so that loops do not herd on the first. Idle servers are equals when
 * one of them is best, each by its part ({@link Measure#part}): the lighter ones get their share,
 * although one request is more to them than to the others.
 *
 * <p>Loads are read once per pick: other loops change them meanwhile.
 */
final class LeastScan implements Balancer {
  /** Up to so many servers this costs about what keeping an order does. */
  static final int SERVERS_MAX = 32;

  /** How finely a part of a weight of one counts. */
  private static final int PARTS = 256;

  private static final int SHARE_MAX = 1 << 24;

  private final Measure measure;
  private final Roster roster;
  private final SmoothCredits amongEquals;

  private final int[] loads;
  private final double[] measured;
  private final double[] scores;

  /** For {@code size} servers. */
  LeastScan(Measure measure, int size) {
    this.measure = measure;
    this.roster = new Roster(size);
    this.amongEquals = new SmoothCredits(size);
    this.loads = new int[size];
    this.measured = new double[size];
    this.scores = new double[size];
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    if (roster.follow(candidates)) {
      for (int i = 0; i < candidates.size(); i++) {
        amongEquals.share(i, 0);
      }
    }
    double mean = read(candidates);
    int best = score(candidates, mean);
    return best == NONE || equals(best, mean) == 1 ? best(best) : amongEquals.next(random);
  }

  private int best(int place) {
    return place == NONE ? NONE : roster.index(place);
  }

  /** Returns the mean of what was seen. */
  private double read(Candidates candidates) {
    double sum = 0;
    int seen = 0;
    for (int place = 0; place < roster.size(); place++) {
      measured[place] = measure.read(candidates, roster.index(place));
      if (measured[place] >= 0) {
        sum += measured[place];
        seen++;
      }
    }
    return seen == 0 ? Measure.NO_MEAN : sum / seen;
  }

  /** Returns the best place, or NONE. */
  private int score(Candidates candidates, double mean) {
    int best = NONE;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      scores[place] = Double.POSITIVE_INFINITY;
      if (candidates.usable(i)) {
        loads[place] = candidates.load(i);
        scores[place] = measure.score(measured[place], mean, loads[place], roster.weight(place));
        best = best == NONE || scores[place] < scores[best] ? place : best;
      }
    }
    return best;
  }

  /** Gives the equals of {@code best} their shares of the next turn; returns how many they are. */
  private int equals(int best, double mean) {
    int equals = 0;
    for (int place = 0; place < roster.size(); place++) {
      boolean equal = isEqual(place, best);
      amongEquals.share(roster.index(place), equal ? share(place, mean) : 0);
      equals += equal ? 1 : 0;
    }
    return equals;
  }

  private int share(int place, double mean) {
    double share = roster.weight(place) * measure.part(measured[place], mean) * PARTS;
    return (int) Math.max(1, Math.min(SHARE_MAX, share));
  }

  private boolean isEqual(int place, int best) {
    if (scores[place] == Double.POSITIVE_INFINITY) {
      return false;
    }
    boolean idle = loads[place] == 0 && loads[best] == 0;
    return scores[place] == scores[best]
        || (idle && measure.areEqualWhenIdle(measured[place], measured[best]));
  }
}
