package io.steelyard.core.balance;

import java.util.Arrays;

/**
 * Scores servers one at a time, and keeps what was last seen of each, so that the mean of all is at
 * hand.
 */
final class Scores {
  /** Of candidates that do not take part. */
  private static final int OUT = 0;

  private final Measure measure;
  private final int[] weights;
  private final int[] loads;
  private final double[] measured;
  private double sum;
  private int seen;

  /** For {@code size} candidates. */
  Scores(Measure measure, int size) {
    this.measure = measure;
    this.weights = new int[size];
    this.loads = new int[size];
    this.measured = new double[size];
  }

  /** Called when {@code roster} has changed. */
  void follow(Candidates candidates, Roster roster) {
    Arrays.fill(weights, OUT);
    Arrays.fill(measured, Measure.UNKNOWN);
    sum = 0;
    seen = 0;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      weights[i] = roster.weight(place);
      see(i, measure.read(candidates, i));
    }
  }

  /** Whether candidate {@code i} takes part. */
  boolean has(int i) {
    return weights[i] != OUT;
  }

  /** The score of candidate {@code i}, which takes part, as it stands now. */
  double of(Candidates candidates, int i) {
    see(i, measure.read(candidates, i));
    loads[i] = candidates.load(i);
    return measure.score(measured[i], mean(), loads[i], weights[i]);
  }

  private double mean() {
    return seen == 0 ? Measure.NO_MEAN : sum / seen;
  }

  private void see(int i, double next) {
    double before = measured[i];
    if (before >= 0) {
      sum -= before;
      seen--;
    }
    if (next >= 0) {
      sum += next;
      seen++;
    }
    measured[i] = next;
  }

  /** Whether {@code i}, when idle, takes turns with others that do, as it was last scored. */
  boolean isSharing(int i) {
    return measure.areEqualWhenIdle(measured[i], Measure.UNKNOWN);
  }

  /** Whether moreover it had nothing in flight then. */
  boolean isIdleAndSharing(int i) {
    return loads[i] == 0 && isSharing(i);
  }

  /** The part of its weight by which it does so. */
  double part(int i) {
    return measure.part(measured[i], mean());
  }
}
