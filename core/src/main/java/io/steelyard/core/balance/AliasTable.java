package io.steelyard.core.balance;

/**
 * Draws places by weight in constant time, by the alias method (Walker 1977; built in linear time
 * as in Vose, "A linear algorithm for generating random numbers with a given distribution", 1991).
 * Each place has a slot of equal width, which it shares with one heavier place. Shares are right to
 * one part in 2^32.
 */
final class AliasTable {
  private static final double ONE = 0x1p32;

  /**
   * By slot, in one word so that a draw touches one cache line: the part it keeps, and the other.
   */
  private final long[] slots;

  private final long[] left;
  private final int[] work;
  private int size;

  /** Empty, for {@code places} at most. */
  AliasTable(int places) {
    this.slots = new long[places];
    this.left = new long[places];
    this.work = new int[places];
  }

  /** Builds it for the weights of {@code roster}. */
  void build(Roster roster) {
    size = roster.size();
    long full = roster.weightSum();
    int light = 0;
    int heavy = size;
    for (int place = 0; place < size; place++) {
      left[place] = (long) roster.weight(place) * size;
      if (left[place] < full) {
        work[light++] = place;
      } else {
        work[--heavy] = place;
      }
    }
    pair(light, heavy, full);
  }

  /** Fills up the slot of each light place with a part of a heavy one, which may become light. */
  private void pair(int lights, int firstHeavy, long full) {
    int light = lights;
    int heavy = firstHeavy;
    while (light > 0 && heavy < size) {
      int small = work[--light];
      int big = work[heavy];
      slots[small] = slot(left[small] / (double) full, big);
      left[big] -= full - left[small];
      if (left[big] < full) {
        heavy++;
        work[light++] = big;
      }
    }
    for (; heavy < size; heavy++) {
      slots[work[heavy]] = slot(1, work[heavy]);
    }
    while (light > 0) {
      int rest = work[--light];
      slots[rest] = slot(1, rest);
    }
  }

  private static long slot(double kept, int other) {
    return (Math.min((long) (kept * ONE), (1L << 32) - 1) << 32) | other;
  }

  /** The place that 64 random bits decide on. Only while it is not empty. */
  int draw(long bits) {
    int place = (int) (((bits >>> 32) * size) >>> 32);
    long slot = slots[place];
    return (bits & 0xFFFFFFFFL) < slot >>> 32 ? place : (int) slot;
  }
}
