package io.steelyard.proxy;

import java.util.EnumMap;
import java.util.Map;

/** How often each of some results came about. For one thread. */
final class ResultCounts<E extends Enum<E>> {
  private final Map<E, long[]> counts;

  ResultCounts(Class<E> results) {
    counts = new EnumMap<>(results);
    for (E result : results.getEnumConstants()) {
      counts.put(result, new long[1]);
    }
  }

  /** One more; allocates nothing. */
  void count(E result) {
    counts.get(result)[0]++;
  }

  long of(E result) {
    return counts.get(result)[0];
  }

  void add(ResultCounts<E> others) {
    counts.forEach((result, count) -> count[0] += others.of(result));
  }
}
