package io.steelyard.core.balance;

import io.steelyard.core.balance.BalancerSpec.Member;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Candidates whose state the test sets by hand. */
final class FakeServers implements Candidates {
  final int[] weights;
  final int[] loads;
  final boolean[] usable;

  /** Without room, or tried before: not usable for now, at no change of the epoch. */
  final boolean[] full;

  final boolean[] backup;
  final boolean[] local;
  final double[] latenciesNs;
  final double[] rates;
  final double[] reports;
  private int epoch;

  FakeServers(int... weights) {
    this.weights = weights;
    this.loads = new int[weights.length];
    this.usable = new boolean[weights.length];
    this.full = new boolean[weights.length];
    this.backup = new boolean[weights.length];
    this.local = new boolean[weights.length];
    this.latenciesNs = new double[weights.length];
    this.rates = new double[weights.length];
    this.reports = new double[weights.length];
    Arrays.fill(usable, true);
    Arrays.fill(reports, -1);
  }

  static FakeServers equal(int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, 1);
    return new FakeServers(weights);
  }

  /** Called when {@code weights} or {@code usable} were changed by hand. */
  void touch() {
    epoch++;
  }

  FakeServers down(int... servers) {
    touch();
    for (int i : servers) {
      usable[i] = false;
    }
    return this;
  }

  FakeServers up(int... servers) {
    touch();
    for (int i : servers) {
      usable[i] = true;
    }
    return this;
  }

  List<String> names() {
    return IntStream.range(0, weights.length).mapToObj(i -> "server-" + i).toList();
  }

  FakeServers full(int... servers) {
    for (int i : servers) {
      full[i] = true;
    }
    return this;
  }

  FakeServers backup(int... servers) {
    for (int i : servers) {
      backup[i] = true;
    }
    return this;
  }

  FakeServers local(int... servers) {
    for (int i : servers) {
      local[i] = true;
    }
    return this;
  }

  /** Of the weights as they are now. */
  BalancerSpec spec(Algorithm algorithm, double boundedLoad) {
    return new BalancerSpec(
        algorithm,
        IntStream.range(0, weights.length)
            .mapToObj(i -> new Member("server-" + i, weights[i], backup[i], local[i]))
            .toList(),
        boundedLoad);
  }

  Balancer balancer(Algorithm algorithm) {
    return Balancers.of(spec(algorithm, 0));
  }

  @Override
  public int size() {
    return weights.length;
  }

  @Override
  public boolean usable(int i) {
    return usable[i] && !full[i];
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
  public int epoch() {
    return epoch;
  }

  @Override
  public boolean member(int i) {
    return usable[i];
  }

  @Override
  public int totalLoad() {
    int total = 0;
    for (int load : loads) {
      total += load;
    }
    return total;
  }

  @Override
  public double latencyNs(int i) {
    return latenciesNs[i];
  }

  @Override
  public double bytesPerSecond(int i) {
    return rates[i];
  }

  @Override
  public double reportedLoad(int i) {
    return reports[i];
  }
}
