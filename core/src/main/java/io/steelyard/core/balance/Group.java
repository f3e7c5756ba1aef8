package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Balances over some of the candidates, as if there were no others. */
final class Group implements Balancer {
  /** The place of a candidate that is not in the group. */
  private static final int OUT = -1;

  private final Balancer balancer;
  private final Some some;
  private final int[] placeOf;

  /**
   * @param balancer built for as many candidates as there are {@code indexes}
   * @param indexes which of the {@code size} candidates, ascending
   */
  Group(Balancer balancer, int[] indexes, int size) {
    this.balancer = balancer;
    this.some = new Some(indexes.clone());
    this.placeOf = new int[size];
    Arrays.fill(placeOf, OUT);
    for (int place = 0; place < indexes.length; place++) {
      placeOf[indexes[place]] = place;
    }
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    some.all = candidates;
    int place = balancer.pick(some, key, random);
    return place == NONE ? NONE : some.indexes[place];
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    some.all = candidates;
    balancer.prepare(some, random);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    if (placeOf[i] != OUT) {
      some.all = candidates;
      balancer.changed(some, placeOf[i]);
    }
  }

  /** The candidates of the group by their place in it. One per balancer, set for each call. */
  private static final class Some implements Candidates {
    private final int[] indexes;
    private Candidates all;

    Some(int[] indexes) {
      this.indexes = indexes;
    }

    @Override
    public int size() {
      return indexes.length;
    }

    @Override
    public int epoch() {
      return all.epoch();
    }

    @Override
    public boolean member(int i) {
      return all.member(indexes[i]);
    }

    @Override
    public boolean usable(int i) {
      return all.usable(indexes[i]);
    }

    @Override
    public int weight(int i) {
      return all.weight(indexes[i]);
    }

    @Override
    public int load(int i) {
      return all.load(indexes[i]);
    }

    /** Looks at each: a balancer of a group keeps a {@link LoadBound} instead. */
    @Override
    public int totalLoad() {
      int total = 0;
      for (int i : indexes) {
        total += all.load(i);
      }
      return total;
    }

    @Override
    public double latencyNs(int i) {
      return all.latencyNs(indexes[i]);
    }

    @Override
    public double bytesPerSecond(int i) {
      return all.bytesPerSecond(indexes[i]);
    }

    @Override
    public double reportedLoad(int i) {
      return all.reportedLoad(indexes[i]);
    }
  }
}
