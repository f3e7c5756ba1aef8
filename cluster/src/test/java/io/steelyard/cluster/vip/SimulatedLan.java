package io.steelyard.cluster.vip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A network on which hosts hear each other: it loses, delays, repeats and reorders packets, and is
 * cut in one direction or both. All chance is of one seed, all time is moved by hand. Beside each
 * host sits a client, which remembers where it was told last that an address is.
 */
final class SimulatedLan {
  /** How bad it is. */
  record Weather(double loss, double repeats, long delayMaxNs) {
    static final Weather CALM = new Weather(0, 0, 1_000_000);
  }

  private record Happening(long atNs, long order, Runnable what) {}

  /** From one host to another. */
  private record Way(int from, int to) {}

  final SplittableRandom random;
  final List<SimulatedHost> hosts = new ArrayList<>();
  private final PriorityQueue<Happening> future =
      new PriorityQueue<>(
          Comparator.comparingLong(Happening::atNs).thenComparingLong(Happening::order));
  private final Set<Way> cut = new HashSet<>();

  /** By client, then by virtual router: the host that it sends to. */
  private final Map<Integer, Map<VipId, Integer>> neighbours = new HashMap<>();

  private final Map<Way, Long> lastNs = new HashMap<>();
  private Weather weather = Weather.CALM;
  private long nowNs;
  private long order;

  SimulatedLan(long seed) {
    random = new SplittableRandom(seed);
  }

  long nowNs() {
    return nowNs;
  }

  Weather weather() {
    return weather;
  }

  void weather(Weather next) {
    weather = next;
  }

  void in(long ns, Runnable what) {
    future.add(new Happening(nowNs + Math.max(0, ns), order++, what));
  }

  void run(long forNs) {
    long endNs = nowNs + forNs;
    while (!future.isEmpty() && future.peek().atNs <= endNs) {
      Happening next = future.poll();
      nowNs = Math.max(nowNs, next.atNs);
      next.what.run();
    }
    nowNs = endNs;
  }

  // ---- who hears whom

  void cut(int from, int to) {
    cut.add(new Way(from, to));
  }

  void join(int from, int to) {
    cut.remove(new Way(from, to));
  }

  void heal() {
    cut.clear();
  }

  /** Two parts, of which none hears the other. */
  void split(Set<Integer> part) {
    heal();
    for (SimulatedHost a : hosts) {
      for (SimulatedHost b : hosts) {
        if (part.contains(a.number) != part.contains(b.number)) {
          cut(a.number, b.number);
        }
      }
    }
  }

  boolean reaches(int from, int to) {
    return !cut.contains(new Way(from, to));
  }

  boolean areInTouch(int a, int b) {
    return reaches(a, b) && reaches(b, a);
  }

  // ---- what is sent

  /** To all others that are reached. */
  void send(int from, Consumer<SimulatedHost> packet) {
    for (SimulatedHost to : hosts) {
      if (to.number != from) {
        int times = random.nextDouble() < weather.repeats ? 2 : 1;
        for (int i = 0; i < times; i++) {
          post(from, to, packet);
        }
      }
    }
  }

  void post(int from, SimulatedHost to, Consumer<SimulatedHost> packet) {
    if (random.nextDouble() >= weather.loss) {
      in(
          delayNs(new Way(from, to.number)),
          () -> {
            if (reaches(from, to.number)) {
              packet.accept(to);
            }
          });
    }
  }

  /** In calm weather no packet overtakes another. */
  private long delayNs(Way way) {
    long atNs = nowNs + random.nextLong(20_000, weather.delayMaxNs);
    if (weather.equals(Weather.CALM)) {
      atNs = Math.max(atNs, lastNs.getOrDefault(way, atNs));
      lastNs.put(way, atNs);
    }
    return atNs - nowNs;
  }

  void announce(int from, VipId id) {
    for (SimulatedHost client : hosts) {
      boolean heard = from == client.number || random.nextDouble() >= weather.loss;
      if (heard && reaches(from, client.number)) {
        neighbours.computeIfAbsent(client.number, any -> new HashMap<>()).put(id, from);
      }
    }
  }

  /** Where the client beside this host sends what is for that address; -1 if it knows nothing. */
  int sendsTo(int client, VipId id) {
    return neighbours.getOrDefault(client, Map.of()).getOrDefault(id, -1);
  }
}
