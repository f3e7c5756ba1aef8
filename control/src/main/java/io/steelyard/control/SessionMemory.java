package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.StickyConfig;
import io.steelyard.core.session.SessionShard;
import java.util.Optional;

/** Whether there is room for the session table: one that does not fit would end the process. */
public final class SessionMemory {
  /** While a reload changes its size there are two tables. */
  private static final int TABLE_PART_OF_HEAP = 3;

  private SessionMemory() {}

  /** What is wrong with the table that {@code config} asks for, in this process; or nothing. */
  public static Optional<String> lack(Config config) {
    return lack(config, Runtime.getRuntime().maxMemory());
  }

  static Optional<String> lack(Config config, long heapBytes) {
    boolean remembers =
        config.pools().stream()
            .flatMap(pool -> pool.sticky().stream())
            .anyMatch(sticky -> sticky.means() instanceof StickyConfig.Means.Keyed);
    long bytes =
        (long) config.state().sessions()
            * (SessionShard.ENTRY_BYTES + SessionShard.INDEX_BYTES_MAX);
    if (!remembers || bytes <= heapBytes / TABLE_PART_OF_HEAP) {
      return Optional.empty();
    }
    String needs =
        "state.sessions: %d need %d MiB, and a third of the heap of %d MiB is all that may be taken"
            .formatted(config.state().sessions(), bytes >> 20, heapBytes >> 20);
    long heapMiB = ((bytes * TABLE_PART_OF_HEAP) >> 20) + 1;
    return Optional.of(needs + ": STEELYARD_JAVA_OPTS=-Xmx%dm gives it more".formatted(heapMiB));
  }
}
