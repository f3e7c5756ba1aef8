package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Servers in classes, whose weights are less than a factor of two apart, and a round through each
 * class: a visit credits a server with its weight, and it is its turn when that makes the greatest
 * weight of the class (deficit round robin: Shreedhar and Varghese, 1995). So it is somebody's turn
 * at every other visit at least, on average, and over a round of rounds shares are exact.
 *
 * <p>Everything that a visit touches stands side by side, by place; a class's places are adjacent.
 */
final class Rotation {
  private final int[] indexes;
  private final int[] weights;
  private final int[] credits;
  private final int[] served;

  private final int[] starts;
  private final int[] cursors;
  private final int[] heaviest;
  private final long[] weightSums;
  private int classes;

  private final int[] classOfOctave = new int[Integer.SIZE];
  private final double[] soonest;
  private final double[] roundsLeft;
  private final int[] arrival;

  /** Empty, for {@code size} servers and {@code classesMax} octaves of weights at most. */
  Rotation(int size, int classesMax) {
    this.indexes = new int[size];
    this.weights = new int[size];
    this.credits = new int[size];
    this.served = new int[size];
    this.starts = new int[classesMax + 1];
    this.cursors = new int[classesMax];
    this.heaviest = new int[classesMax];
    this.weightSums = new long[classesMax];
    this.soonest = new double[classesMax];
    this.roundsLeft = new double[size];
    this.arrival = new int[size + 1];
  }

  int classes() {
    return classes;
  }

  /** Of class {@code c}. */
  long weightSum(int c) {
    return weightSums[c];
  }

  int index(int place) {
    return indexes[place];
  }

  int weight(int place) {
    return weights[place];
  }

  /** How often the server at that place was served since all was arranged. */
  int served(int place) {
    return served[place];
  }

  int classOf(int place) {
    return classOfOctave[octave(weights[place])];
  }

  /** The sum of what the servers of class {@code c} have in {@code values}, which is by index. */
  double sum(int c, double[] values) {
    double sum = 0;
    for (int place = starts[c]; place < starts[c + 1]; place++) {
      sum += values[indexes[place]];
    }
    return sum;
  }

  /** Shifts {@code values}, which are by index, so that each class sums to zero. */
  void centre(double[] values) {
    for (int c = 0; c < classes; c++) {
      double mean = sum(c, values) / (starts[c + 1] - starts[c]);
      for (int place = starts[c]; place < starts[c + 1]; place++) {
        values[indexes[place]] -= mean;
      }
    }
  }

  /**
   * Goes on anywhere in each class's round, with credits as they are in the middle of a cycle: from
   * there on every cycle is exact.
   */
  void stagger(RandomGenerator random) {
    for (int c = 0; c < classes; c++) {
      cursors[c] = random.nextInt(starts[c], starts[c + 1]);
    }
    for (int place = 0; place < starts[classes]; place++) {
      credits[place] = Math.max(0, credits[place]);
    }
  }

  /** Takes the turn of the server at that place; returns its index. */
  int serve(int place) {
    served[place]++;
    credits[place] -= Math.min(credits[place], heaviest[classOf(place)]);
    return indexes[place];
  }

  /**
   * The place of the next usable server of class {@code c} whose turn it is, or {@link
   * Balancer#NONE} after {@code passesMax} that could not be used. Those keep a turn, not more.
   */
  int next(int c, Candidates candidates, int passesMax) {
    int full = heaviest[c];
    int passesLeft = Math.min(passesMax, starts[c + 1] - starts[c]);
    while (passesLeft > 0) {
      int place = step(c);
      credits[place] += weights[place];
      if (credits[place] >= full) {
        if (candidates.usable(indexes[place])) {
          return place;
        }
        credits[place] = full;
        passesLeft--;
      }
    }
    return Balancer.NONE;
  }

  private int step(int c) {
    int place = cursors[c];
    cursors[c] = place + 1 == starts[c + 1] ? starts[c] : place + 1;
    return place;
  }

  /** A usable server whether or not it is its turn; begins where the first class goes on. */
  int anyUsable(Candidates candidates) {
    int size = starts[classes];
    int place = size == 0 ? 0 : step(0);
    for (int step = 0; step < size; step++) {
      if (candidates.usable(indexes[place])) {
        return place;
      }
      place = place + 1 == size ? 0 : place + 1;
    }
    return Balancer.NONE;
  }

  /**
   * Arranges the servers of {@code roster} anew: the more of a request a server is owed, the sooner
   * it is its turn.
   *
   * @param owed by index, in requests, -1 to 1
   */
  void arrange(Roster roster, double[] owed) {
    classify(roster);
    Arrays.fill(soonest, 0, classes, Double.POSITIVE_INFINITY);
    for (int place = 0; place < roster.size(); place++) {
      int c = classOfOctave[octave(roster.weight(place))];
      double ahead = 1 - owed[roster.index(place)];
      roundsLeft[place] = ahead * heaviest[c] / roster.weight(place);
      soonest[c] = Math.min(soonest[c], roundsLeft[place]);
    }
    countArrivals(roster);
    for (int place = roster.size() - 1; place >= 0; place--) {
      settle(--arrival[slot(roster, place)], roster, place);
    }
  }

  private void classify(Roster roster) {
    Arrays.fill(classOfOctave, 0);
    for (int place = 0; place < roster.size(); place++) {
      classOfOctave[octave(roster.weight(place))]++;
    }
    classes = 0;
    for (int octave = 0; octave < classOfOctave.length; octave++) {
      if (classOfOctave[octave] > 0) {
        starts[classes + 1] = starts[classes] + classOfOctave[octave];
        cursors[classes] = starts[classes];
        heaviest[classes] = 0;
        weightSums[classes] = 0;
        classOfOctave[octave] = classes++;
      }
    }
    for (int place = 0; place < roster.size(); place++) {
      int c = classOfOctave[octave(roster.weight(place))];
      heaviest[c] = Math.max(heaviest[c], roster.weight(place));
      weightSums[c] += roster.weight(place);
    }
  }

  /** Counting sort: afterwards each slot knows the place behind its last server. */
  private void countArrivals(Roster roster) {
    Arrays.fill(arrival, 0);
    for (int place = 0; place < roster.size(); place++) {
      roundsLeft[place] -= soonest[classOfOctave[octave(roster.weight(place))]];
      arrival[slot(roster, place)]++;
    }
    for (int slot = 1; slot < arrival.length; slot++) {
      arrival[slot] += arrival[slot - 1];
    }
  }

  /** The round of a class, cut into as many slots as it has servers. */
  private int slot(Roster roster, int place) {
    int c = classOfOctave[octave(roster.weight(place))];
    double inRound = roundsLeft[place] - (int) roundsLeft[place];
    return starts[c] + (int) (inRound * (starts[c + 1] - starts[c]));
  }

  private void settle(int to, Roster roster, int place) {
    int weight = roster.weight(place);
    int full = heaviest[classOfOctave[octave(weight)]];
    int visits = (int) roundsLeft[place] + 1;
    indexes[to] = roster.index(place);
    weights[to] = weight;
    served[to] = 0;
    credits[to] = full - visits * weight;
  }

  private static int octave(int weight) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(weight);
  }
}
