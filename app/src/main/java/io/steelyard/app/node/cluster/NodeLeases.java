package io.steelyard.app.node.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Leases that more than half of all nodes grant. They end here before they would have to, by the
 * time after which a guard takes the addresses of a process away that is stopped: so one that is
 * stopped is no second owner.
 */
final class NodeLeases implements Leases {
  private final Supplier<Nodes> nodes;
  private final long guardNs;
  private volatile Set<String> wanted = Set.of();

  /**
   * @param nodes null while this node hears nobody
   * @param guardTimeout after what silence a guard takes addresses away
   */
  NodeLeases(Supplier<Nodes> nodes, Duration guardTimeout) {
    this.nodes = nodes;
    this.guardNs = guardTimeout.toNanos();
  }

  @Override
  public void wants(Set<String> names) {
    wanted = Set.copyOf(names);
    Nodes with = nodes.get();
    if (with != null) {
      with.wants(wanted);
    }
  }

  /** What is wanted; to be asked for before anybody is told that this node is there. */
  Set<String> wanted() {
    return wanted;
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
      long endsNs = with.heldUntilNs(name, nowNs) - guardNs;
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
