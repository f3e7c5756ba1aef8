package io.steelyard.cluster.member;

import java.time.Duration;

/**
 * Another node, as it is seen from here.
 *
 * @param node its name
 * @param address where its beats come from
 * @param presence whether it is heard
 * @param since for how long it has been so
 * @param silent since its last beat
 * @param hearsUs whether it hears this node
 * @param clockAhead by how much its time of day was ahead of this node's; negative: behind. Off by
 *     the time that a beat takes
 * @param report the last one
 */
public record Member(
    String node,
    String address,
    Presence presence,
    Duration since,
    Duration silent,
    boolean hearsUs,
    Duration clockAhead,
    NodeReport report) {
  /** Whether a node is there. */
  public enum Presence {
    HEARD,
    /** It has not been heard for longer than it may be silent. */
    LOST,
    /** It has said that it goes, and is not heard any more. */
    LEFT;

    /** As it is shown. */
    public String word() {
      return switch (this) {
        case HEARD -> "heard";
        case LOST -> "lost";
        case LEFT -> "left";
      };
    }
  }
}
