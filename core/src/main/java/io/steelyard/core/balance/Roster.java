package io.steelyard.core.balance;

/**
 * The candidates that take part at all, members with a weight, in the order of the configuration.
 * Looks at all of them only when the epoch has changed; allocates nothing after construction. One
 * balancer's.
 */
final class Roster {
  private final int[] indexes;
  private final int[] weights;
  private int size;
  private long weightSum;
  private int epoch;
  private boolean built;

  /** Empty, for {@code candidates} at most. */
  Roster(int candidates) {
    this.indexes = new int[candidates];
    this.weights = new int[candidates];
  }

  /** Follows what has changed; returns whether anything had. */
  boolean follow(Candidates candidates) {
    if (!isBehind(candidates)) {
      return false;
    }
    built = true;
    epoch = candidates.epoch();
    build(candidates);
    return true;
  }

  /** Whether {@link #follow} would change anything. */
  boolean isBehind(Candidates candidates) {
    return !built || epoch != candidates.epoch();
  }

  private void build(Candidates candidates) {
    size = 0;
    weightSum = 0;
    for (int i = 0; i < indexes.length; i++) {
      int weight = candidates.member(i) ? candidates.weight(i) : 0;
      if (weight > 0) {
        indexes[size] = i;
        weights[size] = weight;
        weightSum += weight;
        size++;
      }
    }
  }

  /** How many take part; their places are 0 to below this. */
  int size() {
    return size;
  }

  /** Which candidate has that place. */
  int index(int place) {
    return indexes[place];
  }

  /** The weight of the candidate at that place: positive, constant for the epoch. */
  int weight(int place) {
    return weights[place];
  }

  long weightSum() {
    return weightSum;
  }
}
