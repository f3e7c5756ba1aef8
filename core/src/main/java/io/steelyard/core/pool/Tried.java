package io.steelyard.core.pool;

import java.util.Arrays;

/**
 * The servers that a request has tried in vain: few, so they are searched. Used again and again.
 */
public final class Tried {
  private int[] indexes = new int[4];
  private int count;

  /** Nobody yet. */
  public Tried() {}

  public void clear() {
    count = 0;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public void add(int index) {
    if (count == indexes.length) {
      indexes = Arrays.copyOf(indexes, 2 * count);
    }
    indexes[count++] = index;
  }

  public boolean contains(int index) {
    for (int i = 0; i < count; i++) {
      if (indexes[i] == index) {
        return true;
      }
    }
    return false;
  }
}
