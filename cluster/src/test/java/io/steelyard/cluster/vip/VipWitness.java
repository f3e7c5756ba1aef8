package io.steelyard.cluster.vip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Keeps its own books of who holds which address, and knows nothing of why. */
final class VipWitness {
  private final SimulatedLan lan;
  private final Map<VipId, Set<Integer>> holders = new HashMap<>();
  private final Map<VipId, Long> twoSinceNs = new HashMap<>();

  /** Since when each pair has held the same while it could hear each other. */
  private final Map<List<Object>, Long> pairSinceNs = new HashMap<>();

  private final List<String> faults = new ArrayList<>();
  private long moves;
  private long twoLongestNs;

  VipWitness(SimulatedLan lan) {
    this.lan = lan;
  }

  void took(int host, VipId id) {
    Set<Integer> now = holders.computeIfAbsent(id, any -> new TreeSet<>());
    if (now.add(host)) {
      moves++;
      if (now.size() == 2) {
        twoSinceNs.put(id, lan.nowNs());
      }
    }
  }

  void released(int host, VipId id) {
    Set<Integer> now = holders.computeIfAbsent(id, any -> new TreeSet<>());
    if (now.remove(host)) {
      moves++;
      if (now.size() == 1) {
        twoLongestNs = Math.max(twoLongestNs, lan.nowNs() - twoSinceNs.remove(id));
      }
    }
  }

  Set<Integer> holders(VipId id) {
    return holders.getOrDefault(id, Set.of());
  }

  /** How often an address was taken or given up. */
  long moves() {
    return moves;
  }

  /** For how long two held an address at most, whatever the reason. */
  long twoLongestNs() {
    long longestNs = twoLongestNs;
    for (long sinceNs : twoSinceNs.values()) {
      longestNs = Math.max(longestNs, lan.nowNs() - sinceNs);
    }
    return longestNs;
  }

  void fault(String what) {
    faults.add(lan.nowNs() / 1_000_000 + " ms: " + what);
  }

  List<String> faults() {
    return faults;
  }

  /** To be called often: two that could hear each other may not both hold it for so long. */
  void watch(long boundNs) {
    if (twoSinceNs.isEmpty()) {
      pairSinceNs.clear();
      return;
    }
    Map<List<Object>, Long> now = new HashMap<>();
    holders.forEach((id, hosts) -> {
      for (int a : hosts) {
        for (int b : hosts) {
          if (a < b && lan.areInTouch(a, b) && lan.hosts.get(a).isUp() && lan.hosts.get(b).isUp()) {
            List<Object> pair = List.of(id, a, b);
            now.put(pair, pairSinceNs.getOrDefault(pair, lan.nowNs()));
          }
        }
      }
    });
    pairSinceNs.clear();
    pairSinceNs.putAll(now);
    pairSinceNs.forEach((pair, sinceNs) -> {
      if (lan.nowNs() - sinceNs > boundNs) {
        fault("two owners that hear each other: " + pair);
      }
    });
  }
}
