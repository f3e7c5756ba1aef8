package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Candidates whose state the test sets by hand. */
final class FakeServers implements Candidates {
  final int[] weights;
  final int[] loads;
  final boolean[] usable;
  final double[] latenciesNs;
  final double[] rates;
  final double[] reports;
  private int epoch;

  FakeServers(int... weights) {
    this.weights = weights;
    this.loads = new int[weights.length];
    this.usable = new boolean[weights.length];
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

  BalancerSpec spec(Algorithm algorithm, boolean... backup) {
    return new BalancerSpec(
        algorithm,
        IntStream.range(0, weights.length)
            .mapToObj(i -> new BalancerSpec.Member("server-" + i, weights[i], backup[i], false))
            .toList(),
        0);
  }

  Balancer balancer(Algorithm algorithm) {
    return Balancers.of(algorithm, names(), weights);
  }

  @Override
  public int size() {
    return weights.length;
  }

  @Override
  public boolean usable(int i) {
    return usable[i];
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
    return Arrays.stream(loads).sum();
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
