package io.steelyard.cluster.vip;

import java.util.HashMap;
import java.util.Map;

/**
 * How a node knows that it reaches a majority: it asks all others again and again, and counts those
 * that have answered something that it asked lately, by its own clock.
 */
final class SimulatedMajority {
  private final SimulatedHost host;
  private final long withinNs;

  /** By host: when the question was asked that it has answered. */
  private final Map<Integer, Long> answeredNs = new HashMap<>();

  private long askNs;

  SimulatedMajority(SimulatedHost host, long withinNs) {
    this.host = host;
    this.withinNs = withinNs;
  }

  void start() {
    answeredNs.clear();
    askNs = host.localNs();
  }

  boolean isHeld() {
    long nowNs = host.localNs();
    long reached = answeredNs.values().stream().filter(at -> nowNs - at < withinNs).count();
    return 2 * (reached + 1) > host.lan.hosts.size();
  }

  void tick() {
    long nowNs = host.localNs();
    if (nowNs - askNs >= 0) {
      askNs = nowNs + withinNs / 4;
      int asker = host.number;
      host.lan.send(asker, to -> to.arrives(() -> answer(to, nowNs)));
    }
    host.quorum(isHeld());
  }

  private void answer(SimulatedHost other, long askedNs) {
    Runnable answer = () -> answeredNs.merge(other.number, askedNs, Math::max);
    host.lan.post(other.number, host, to -> to.arrives(answer));
  }

  /** Until it wants to be ticked. */
  long waitNs() {
    return Math.max(1, askNs - host.localNs());
  }
}
