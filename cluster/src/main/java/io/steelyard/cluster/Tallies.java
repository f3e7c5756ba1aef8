package io.steelyard.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts that every node keeps for itself and tells the others as they stand: nobody adds to what
 * another has counted, so that nothing is counted twice whatever is lost or repeated on the way.
 * What a node is not heard of for some time is left out. Not for several threads at a time.
 */
public final class Tallies {
  /** Nodes that are remembered. */
  static final int NODES_MAX = 64;

  private record Told(Map<String, Long> counts, long atNs) {}

  private final Map<String, Told> nodes = new HashMap<>();
  private final long forgottenNs;

  /**
   * Knows of nobody yet.
   *
   * @param forgottenNs a node that has told nothing for so long is left out
   */
  public Tallies(long forgottenNs) {
    this.forgottenNs = forgottenNs;
  }

  /** A node tells its counts; what it told before counts no more. */
  public void heard(String node, Map<String, Long> counts, long nowNs) {
    nodes.values().removeIf(told -> nowNs - told.atNs > forgottenNs);
    if (nodes.size() < NODES_MAX || nodes.containsKey(node)) {
      nodes.put(node, new Told(Map.copyOf(counts), nowNs));
    }
  }

  /** The sums of what this node and those that were heard of lately have counted, by name. */
  public Map<String, Long> sums(Map<String, Long> own, long nowNs) {
    Map<String, Long> sums = new TreeMap<>(own);
    for (Told told : nodes.values()) {
      if (nowNs - told.atNs <= forgottenNs) {
        told.counts.forEach((name, count) -> sums.merge(name, count, Long::sum));
      }
    }
    return sums;
  }
}
