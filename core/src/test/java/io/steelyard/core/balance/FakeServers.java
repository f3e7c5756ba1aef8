package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Candidates whose state the test sets by hand. */
final class FakeServers implements Candidates {
  final int[] weights;
  final int[] loads;
  final boolean[] usable;

  FakeServers(int... weights) {
    this.weights = weights;
    this.loads = new int[weights.length];
    this.usable = new boolean[weights.length];
    Arrays.fill(usable, true);
  }

  static FakeServers equal(int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, 1);
    return new FakeServers(weights);
  }

  FakeServers down(int... servers) {
    for (int i : servers) {
      usable[i] = false;
    }
    return this;
  }

  FakeServers up(int... servers) {
    for (int i : servers) {
      usable[i] = true;
    }
    return this;
  }

  List<String> names() {
    return IntStream.range(0, weights.length).mapToObj(i -> "server-" + i).toList();
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
}
