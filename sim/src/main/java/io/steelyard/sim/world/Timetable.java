package io.steelyard.sim.world;

import io.steelyard.sim.plan.Fault;
import io.steelyard.sim.plan.Fault.Kind;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.ServerPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The faults of a scenario, each of one server and simple: flapping is taken apart into being down
 * again and again. Servers that join stand last, in the order in which they do.
 */
final class Timetable {
  /** More than that no simulation needs to be asked for. */
  static final int ENTRIES_MAX = 1_000_000;

  /** One server, from one moment to another. */
  record Entry(long atNs, long endNs, int server, Kind kind, double amount) {}

  private final PoolPlan plan;
  private final int present;
  private final List<Entry> entries = new ArrayList<>();

  Timetable(PoolPlan pool, List<Fault> faults, long durationNs) {
    Map<String, Long> joining = joining(pool, faults);
    List<ServerPlan> ordered = new ArrayList<>(pool.servers());
    ordered.sort(Comparator.comparingLong(s -> joining.getOrDefault(s.name(), -1L)));
    plan = pool.with(ordered);
    present = (int) ordered.stream().filter(s -> !joining.containsKey(s.name())).count();
    for (Fault fault : faults) {
      for (int server : fault.whom(plan)) {
        add(fault, server, durationNs);
      }
    }
  }

  /** The pool with its servers in the order in which they take part. */
  PoolPlan plan() {
    return plan;
  }

  /** How many servers are there from the beginning. */
  int present() {
    return present;
  }

  List<Entry> entries() {
    return entries;
  }

  private static Map<String, Long> joining(PoolPlan pool, List<Fault> faults) {
    Map<String, Long> joining = new HashMap<>();
    for (Fault fault : faults) {
      if (fault.kind() == Kind.JOIN) {
        for (int server : fault.whom(pool)) {
          joining.put(pool.servers().get(server).name(), fault.atNs());
        }
      }
    }
    return joining;
  }

  private void add(Fault fault, int server, long durationNs) {
    long end = Math.min(fault.endNs(), Fault.FOR_EVER);
    if (fault.kind() != Kind.FLAP) {
      entries.add(new Entry(fault.atNs(), end, server, fault.kind(), fault.amount()));
      return;
    }
    long half = Math.max(1, (long) fault.amount());
    long last = Math.min(end, durationNs);
    for (long at = fault.atNs(); at < last && entries.size() < ENTRIES_MAX; at += 2 * half) {
      entries.add(new Entry(at, Math.min(at + half, last), server, Kind.DOWN, 0));
    }
  }
}
