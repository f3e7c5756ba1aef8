package io.steelyard.core.session;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Numbers that stand for a pool's servers, and back. Immutable; allocates nothing when asked. */
public final class ServerNames {
  private final long[] names;
  private final long[] sorted;
  private final int[] indexes;

  /** By the servers' indexes. */
  public ServerNames(long[] names) {
    this.names = names.clone();
    this.indexes =
        IntStream.range(0, names.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> names[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    this.sorted = Arrays.stream(indexes).mapToLong(i -> names[i]).toArray();
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
