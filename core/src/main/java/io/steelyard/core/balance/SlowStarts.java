package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * Holds servers that start slowly to their part of the requests, where a balancer goes by what it
 * sees of them: one that is idle and has not been slow yet looks best, and would be chosen again as
 * soon as it has answered. With each pick a server that is behind earns its share by weight, and it
 * is to be had when that comes to a whole request. When no other is to be had, it is all the same.
 */
final class SlowStarts implements Balancer {
  /** So many requests that a server did not get are made good. */
  private static final double EARNED_MAX = 2;

  private final Balancer inside;
  private final Roster roster;
  private final Ramps ramps;
  private final Held held = new Held();
  private final double[] shares;
  private final double[] earned;
  private final boolean[] wasBehind;

  /** The pick up to which {@code earned} counts. */
  private final long[] earnedAt;

  private long picks;

  /** For {@code inside}, made for the configured weights. */
  SlowStarts(Balancer inside, int[] weights) {
    this.inside = inside;
    this.roster = new Roster(weights.length);
    this.ramps = new Ramps(weights);
    this.shares = new double[weights.length];
    this.earned = new double[weights.length];
    this.wasBehind = new boolean[weights.length];
    this.earnedAt = new long[weights.length];
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    if (roster.isBehind(candidates)) {
      follow(candidates, random);
    }
    if (ramps.level()) {
      return inside.pick(candidates, key, random);
    }
    held.all = candidates;
    int chosen = inside.pick(held, key, random);
    if (chosen == NONE) {
      chosen = inside.pick(candidates, key, random);
    }
    if (chosen != NONE) {
      picked(chosen);
    }
    return chosen;
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    follow(candidates, random);
    inside.prepare(candidates, random);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    inside.changed(candidates, i);
  }

  private void picked(int chosen) {
    if (shares[chosen] > 0) {
      settle(chosen);
      earned[chosen] = Math.max(0, earned[chosen] - 1);
    }
    picks++;
  }

  private void follow(Candidates candidates, RandomGenerator random) {
    roster.follow(candidates);
    ramps.follow(roster);
    for (int i = 0; i < shares.length; i++) {
      settle(i);
      wasBehind[i] = shares[i] > 0;
      shares[i] = 0;
    }
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      if (ramps.part(i) < 1) {
        shares[i] = (double) roster.weight(place) / roster.weightSum();
        // Somewhere on its way to the first one: loops do not all send theirs at the same moment.
        earned[i] = wasBehind[i] ? earned[i] : random.nextDouble();
      }
    }
  }

  private void settle(int i) {
    earned[i] = earnedBy(i);
    earnedAt[i] = picks;
  }

  private double earnedBy(int i) {
    return Math.min(EARNED_MAX, earned[i] + (picks - earnedAt[i]) * shares[i]);
  }

  private boolean isHeld(int i) {
    return shares[i] > 0 && earnedBy(i) < 1;
  }

  /** The candidates, but for those that have to wait. */
  private final class Held implements Candidates {
    private Candidates all;

    @Override
    public int size() {
      return all.size();
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
      return !isHeld(i) && all.usable(i);
    }

    @Override
    public int weight(int i) {
      return all.weight(i);
    }

    @Override
    public int load(int i) {
      return all.load(i);
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
