package io.steelyard.core.session;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** Numbers that stand for a pool's servers, and back. Immutable; allocates nothing when asked. */
public final class ServerNames {
  /** Of no server. */
  public static final ServerNames NONE = new ServerNames(new long[0], new long[0], new int[0]);

  private final long[] names;

  /** All of {@code names}, and whose they are. */
  private final long[] sorted;

  private final int[] indexes;

  private ServerNames(long[] names, long[] sorted, int[] indexes) {
    this.names = names;
    this.sorted = sorted;
    this.indexes = indexes;
  }

  /**
   * Of the servers that follow these, in another order perhaps. Those that stay cost a step each:
   * their numbers are neither computed nor sorted again.
   *
   * @param before for each server its index here, or a negative number; no index twice
   * @param number gives the number of a server that is not here, by its new index
   */
  public ServerNames next(int[] before, IntToLongFunction number) {
    long[] next = new long[before.length];
    int[] after = new int[names.length];
    Arrays.fill(after, CookieTokens.NONE);
    int[] fresh = new int[before.length];
    int count = 0;
    for (int i = 0; i < next.length; i++) {
      if (before[i] >= 0) {
        next[i] = names[before[i]];
        after[before[i]] = i;
      } else {
        next[i] = number.applyAsLong(i);
        fresh[count++] = i;
      }
    }
    return merge(next, after, sort(next, fresh, count));
  }

  /** Of {@code count} servers alone, though with the indexes that they have among all. */
  private static ServerNames sort(long[] names, int[] fresh, int count) {
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = names[fresh[i]];
    }
    Arrays.sort(sorted);
    int[] indexes = new int[count];
    Arrays.fill(indexes, CookieTokens.NONE);
    for (int i = 0; i < count; i++) {
      int at = first(sorted, names[fresh[i]]);
      while (indexes[at] != CookieTokens.NONE) {
        at++;
      }
      indexes[at] = fresh[i];
    }
    return new ServerNames(names, sorted, indexes);
  }

  /** Those that stay here, between those that come. */
  private ServerNames merge(long[] next, int[] after, ServerNames fresh) {
    long[] all = new long[next.length];
    int[] whose = new int[next.length];
    int from = 0;
    int to = 0;
    for (int i = 0; i < sorted.length; i++) {
      int index = after[indexes[i]];
      if (index != CookieTokens.NONE) {
        while (from < fresh.sorted.length && fresh.sorted[from] < sorted[i]) {
          all[to] = fresh.sorted[from];
          whose[to++] = fresh.indexes[from++];
        }
        all[to] = sorted[i];
        whose[to++] = index;
      }
    }
    System.arraycopy(fresh.sorted, from, all, to, all.length - to);
    System.arraycopy(fresh.indexes, from, whose, to, all.length - to);
    return new ServerNames(next, all, whose);
  }

  /** The number of a server. */
  public long of(int server) {
    return names[server];
  }

  /**
   * The index of the server, of two alike that of the first; {@link CookieTokens#NONE} when it is
   * none of them.
   */
  public int indexOf(long name) {
    int at = first(sorted, name);
    if (at < 0) {
      return CookieTokens.NONE;
    }
    int index = indexes[at];
    for (int i = at + 1; i < sorted.length && sorted[i] == name; i++) {
      index = Math.min(index, indexes[i]);
    }
    return index;
  }

  /** Where in {@code sorted} the first one of this number is; negative when there is none. */
  private static int first(long[] sorted, long name) {
    int at = Arrays.binarySearch(sorted, name);
    while (at > 0 && sorted[at - 1] == name) {
      at--;
    }
    return at;
  }
}
