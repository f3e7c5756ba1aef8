package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Whose turn it is among servers of which any may be chosen for other reasons: each has a time when
 * its next turn is due, which a turn puts off by a period that its weight decides (start-time fair
 * queueing: Goyal, Vin and Cheng, 1996). Time goes on by one with each choice.
 */
final class Turns {
  /** So many periods ahead everything earlier is forgotten. */
  private static final int AHEAD_MAX = 2;

  private final double[] due;
  private final double[] periods;
  private double now;

  /** For {@code size} servers. */
  Turns(int size) {
    this.due = new double[size];
    this.periods = new double[size];
  }

  /** Starts anew, everyone somewhere in its period, for those that take part. */
  void follow(Roster roster, RandomGenerator random) {
    now = 0;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      periods[i] = (double) roster.weightSum() / roster.weight(place);
      due[i] = random.nextDouble() * periods[i];
    }
  }

  /** When the next turn of {@code i} is due; the earliest is to be preferred. */
  double of(int i) {
    return due[i];
  }

  /** Server {@code i} was chosen; returns when its next turn is due. */
  double take(int i) {
    now++;
    double next = Math.max(due[i], now) + periods[i];
    due[i] = Math.min(next, now + AHEAD_MAX * periods[i]);
    return due[i];
  }
}
