package io.steelyard.app.node.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Leases that more than half of all nodes grant. */
final class NodeLeases implements Leases {
  private final Supplier<Nodes> nodes;
  private volatile Set<String> wanted = Set.of();

  /**
   * @param nodes null while this node hears nobody
   */
  NodeLeases(Supplier<Nodes> nodes) {
    this.nodes = nodes;
  }

  @Override
  public void wants(Set<String> names) {
    wanted = Set.copyOf(names);
    Nodes with = nodes.get();
    if (with != null) {
      with.wants(wanted);
    }
  }

  @Override
  public Map<String, Long> untilNs() {
    Nodes with = nodes.get();
    if (with == null) {
      return Map.of();
    }
    Map<String, Long> until = new HashMap<>();
    long nowNs = System.nanoTime();
    for (String name : wanted) {
      long endsNs = with.heldUntilNs(name, nowNs);
      if (endsNs - nowNs > 0) {
        until.put(name, endsNs);
      }
    }
    return until;
  }

  @Override
  public String trouble() {
    Nodes with = nodes.get();
    if (with == null) {
      return "no other node can be heard: 'quorum: nodes' needs them";
    }
    int there = with.there();
    return 2 * there > with.configured()
        ? ""
        : "%d of %d nodes are there: no majority".formatted(there, with.configured());
  }
}
