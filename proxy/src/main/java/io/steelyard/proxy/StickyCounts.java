package io.steelyard.proxy;

import io.steelyard.core.session.StickyResult;
import java.util.EnumMap;
import java.util.Map;

/** Requests of a pool by what became of their sessions. For one thread. */
final class StickyCounts {
  private final Map<StickyResult, long[]> counts = new EnumMap<>(StickyResult.class);

  StickyCounts() {
    for (StickyResult result : StickyResult.values()) {
      counts.put(result, new long[1]);
    }
  }

  /** One more; allocates nothing. */
  void count(StickyResult result) {
    counts.get(result)[0]++;
  }

  long of(StickyResult result) {
    return counts.get(result)[0];
  }

  void add(StickyCounts others) {
    counts.forEach((result, count) -> count[0] += others.of(result));
  }
}
