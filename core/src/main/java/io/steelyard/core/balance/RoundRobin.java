package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/**
 * One after the other, for servers of equal weight; a weight of 0 is left out. Finds its choice in
 * constant time while most servers are usable. The cursor moves to behind the server that was
 * chosen, not by one, so that the neighbour of a server that is down does not get its share too.
 */
final class RoundRobin implements Balancer {
  private static final int NOT_STARTED = -1;

  private int cursor = NOT_STARTED;

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    int size = candidates.size();
    if (size == 0) {
      return NONE;
    }
    if (cursor == NOT_STARTED) {
      // Loops start at different servers: otherwise each loop's first request goes to the same one.
      cursor = random.nextInt(size);
    }
    for (int step = 0, i = cursor; step < size; step++, i = after(i, size)) {
      if (candidates.weight(i) > 0 && candidates.usable(i)) {
        cursor = after(i, size);
        return i;
      }
    }
    return NONE;
  }

  private static int after(int i, int size) {
    return i + 1 == size ? 0 : i + 1;
  }
}
