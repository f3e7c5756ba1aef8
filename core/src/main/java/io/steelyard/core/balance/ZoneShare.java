package io.steelyard.core.balance;

/** Which part of the requests the own zone gets; worked out anew when the epoch changes. */
final class ZoneShare {
  private final boolean[] isLocal;
  private final int[] configured;
  private final Roster roster;
  private final Ramps ramps;
  private double local;

  /** For the configured weights; 0 of servers that do not count. */
  ZoneShare(boolean[] isLocal, int[] weights) {
    this.isLocal = isLocal.clone();
    this.configured = weights.clone();
    this.roster = new Roster(weights.length);
    this.ramps = new Ramps(weights);
  }

  /** The own zone's part, 0 to 1. */
  double local(Candidates candidates) {
    if (roster.follow(candidates)) {
      ramps.follow(roster);
      double here = carries(true);
      double there = carries(false);
      local = here == 0 ? 0 : Math.max(here, here / (here + there));
    }
    return local;
  }

  /** Which part of everything a zone can carry, at most 1. */
  private double carries(boolean own) {
    double now = 0;
    for (int place = 0; place < roster.size(); place++) {
      int i = roster.index(place);
      now += isLocal[i] == own ? ramps.part(i) * configured[i] : 0;
    }
    long whole = 0;
    for (int i = 0; i < configured.length; i++) {
      whole += isLocal[i] == own ? configured[i] : 0;
    }
    return whole == 0 ? 0 : Math.min(1, ZonePreference.OVERPROVISIONING * now / whole);
  }
}
