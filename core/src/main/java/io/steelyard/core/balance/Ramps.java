package io.steelyard.core.balance;

import java.util.Arrays;

/**
 * How far servers that start slowly have come, for the algorithms that do not go by weight from
 * pick to pick: the part of its requests that a server takes already. It is its weight now for its
 * configured one, compared with the server that has come farthest: when all start at the same time
 * nobody can wait for the others.
 */
final class Ramps {
  private static final int FULL = Integer.MAX_VALUE;

  private final int[] configured;
  private final int[] accepted;
  private boolean level = true;

  /** For the configured weights by index. */
  Ramps(int[] configured) {
    this.configured = configured.clone();
    this.accepted = new int[configured.length];
  }

  /** Called when {@code roster} has changed. */
  void follow(Roster roster) {
    double farthest = 0;
    for (int place = 0; place < roster.size(); place++) {
      farthest = Math.max(farthest, come(roster, place));
    }
    level = true;
    Arrays.fill(accepted, FULL);
    for (int place = 0; place < roster.size(); place++) {
      double part = come(roster, place) / farthest;
      accepted[roster.index(place)] = (int) (part * FULL);
      level &= part == 1;
    }
  }

  private double come(Roster roster, int place) {
    return (double) roster.weight(place) / Math.max(1, configured[roster.index(place)]);
  }

  /** Whether nobody lags behind, so that everyone takes everything. */
  boolean level() {
    return level;
  }

  /** Whether server {@code i} takes the request whose lot, of 31 even bits, is {@code lot}. */
  boolean takes(int i, int lot) {
    return lot <= accepted[i];
  }

  /** What server {@code i} is worth in full, by its place in {@code roster}, from 0 to 1. */
  double part(int i) {
    return (double) accepted[i] / FULL;
  }
}
