package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * The server with the fewest requests in flight for its weight. Among equals a round robin over
 * just them decides, so that idle servers share by weight and loops do not herd on the first.
 *
 * <p>Loads are read once per pick: other loops change them meanwhile.
 */
final class LeastConnections implements Balancer {
  private final Balancer amongEquals;
  private final Equals equals;

  /** For {@code size} servers; {@code amongEquals} is a round robin over as many. */
  LeastConnections(int size, Balancer amongEquals) {
    this.amongEquals = amongEquals;
    this.equals = new Equals(size);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    return equals.gather(candidates) ? amongEquals.pick(equals, key, random) : NONE;
  }

  /** The least loaded of the usable candidates; filled anew for each pick. */
  private static final class Equals implements Candidates {
    private final int[] loads;
    private final int[] weights;
    private int best;
    private Candidates all;

    Equals(int size) {
      this.loads = new int[size];
      this.weights = new int[size];
    }

    /** Returns whether any candidate is usable. */
    boolean gather(Candidates candidates) {
      best = NONE;
      all = candidates;
      for (int i = 0; i < weights.length; i++) {
        int weight = candidates.weight(i);
        weights[i] = weight > 0 && candidates.usable(i) ? weight : 0;
        if (weights[i] > 0) {
          loads[i] = candidates.load(i);
          if (best == NONE || Ratio.compare(loads[i], weight, loads[best], weights[best]) < 0) {
            best = i;
          }
        }
      }
      return best != NONE;
    }

    @Override
    public int size() {
      return weights.length;
    }

    @Override
    public int epoch() {
      return all.epoch();
    }

    @Override
    public boolean member(int i) {
      return all.member(i);
    }

    @Override
    public boolean usable(int i) {
      return weights[i] > 0 && Ratio.compare(loads[i], weights[i], loads[best], weights[best]) == 0;
    }

    @Override
    public int weight(int i) {
      return weights[i];
    }

    @Override
    public int load(int i) {
      return loads[i];
    }

    @Override
    public int totalLoad() {
      return all.totalLoad();
    }

    @Override
    public double latencyNs(int i) {
      return all.latencyNs(i);
    }

    @Override
    public double bytesPerSecond(int i) {
      return all.bytesPerSecond(i);
    }

    @Override
    public double reportedLoad(int i) {
      return all.reportedLoad(i);
    }
  }
}
