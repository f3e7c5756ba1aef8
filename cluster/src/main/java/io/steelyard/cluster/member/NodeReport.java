package io.steelyard.cluster.member;

import java.util.List;

/**
 * How a node is, as it says itself.
 *
 * @param version of the program
 * @param revision of the configuration that it serves: equal for nodes that serve the same
 * @param zone where it stands; empty if nobody said
 * @param state whether it could serve
 * @param connections of clients, now
 * @param requestsPerSecond of late
 * @param owns virtual addresses that it owns, as they are shown
 * @param clockMs its time of day, since 1970
 */
public record NodeReport(
    String version,
    String revision,
    String zone,
    State state,
    int connections,
    int requestsPerSecond,
    List<String> owns,
    long clockMs) {
  /** Whether a node could serve. */
  public enum State {
    /** It has no configuration yet, or has not finished its first checks, or not all sessions. */
    STARTING,
    READY,
    /** It finishes what it has and goes. */
    LEAVING;

    /** As it is shown. */
    public String word() {
      return switch (this) {
        case STARTING -> "starting";
        case READY -> "ready";
        case LEAVING -> "leaving";
      };
    }
  }

  public NodeReport {
    owns = List.copyOf(owns);
  }
}
