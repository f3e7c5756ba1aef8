package io.steelyard.bench;

import io.steelyard.core.balance.Candidates;
import java.util.Arrays;

/** The servers as one loop sees them: who takes part is its own, loads are everybody's. */
final class LoopView implements Candidates {
  static final int NOBODY = -1;

  private final Servers servers;
  private final int loop;
  private final boolean[] members;
  private final int[] weights;
  int tried = NOBODY;
  int epoch;
  private int total;

  LoopView(Servers servers, int loop) {
    this.servers = servers;
    this.loop = loop;
    this.members = new boolean[servers.servers];
    Arrays.fill(members, true);
    this.weights = servers.weights.clone();
  }

  void begin(int i) {
    add(i, 1);
  }

  void end(int i) {
    add(i, -1);
  }

  private void add(int i, int n) {
    var own = servers.inFlight[loop];
    own.setOpaque(i, own.getPlain(i) + n);
    total += n;
  }

  @Override
  public int size() {
    return members.length;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public boolean member(int i) {
    return members[i];
  }

  @Override
  public boolean usable(int i) {
    return members[i] && i != tried;
  }

  @Override
  public int weight(int i) {
    return weights[i];
  }

  @Override
  public int load(int i) {
    int load = 0;
    for (int l = 0; l < Servers.LOOPS; l++) {
      load += servers.inFlight[l].getOpaque(i);
    }
    return load;
  }

  /** This loop's part, as if the others had as much. */
  @Override
  public int totalLoad() {
    return total * Servers.LOOPS;
  }

  @Override
  public double latencyNs(int i) {
    return servers.latenciesNs[i];
  }

  @Override
  public double bytesPerSecond(int i) {
    return servers.rates[i];
  }

  @Override
  public double reportedLoad(int i) {
    return servers.reports[i];
  }
}
