package io.steelyard.core.session;

import java.util.Arrays;

/** Numbers that stand for a pool's servers, and back. Immutable; allocates nothing when asked. */
public final class ServerNames {
  private final long[] names;
  private final long[] sorted;
  private final int[] indexes;

  /** By the servers' indexes. */
  public ServerNames(long[] names) {
    this.names = names.clone();
    this.sorted = names.clone();
    Arrays.sort(sorted);
    this.indexes = new int[names.length];
    // A search for one number always ends at the same place; of two alike the first server has it.
    for (int i = names.length - 1; i >= 0; i--) {
      indexes[Arrays.binarySearch(sorted, names[i])] = i;
    }
  }

  /** The number of a server. */
  public long of(int server) {
    return names[server];
  }

  /** The index of the server; {@link CookieTokens#NONE} when it is none of them. */
  public int indexOf(long name) {
    int at = Arrays.binarySearch(sorted, name);
    return at < 0 ? CookieTokens.NONE : indexes[at];
  }
}
