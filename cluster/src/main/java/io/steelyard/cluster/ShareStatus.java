package io.steelyard.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How it stands with what this node shares.
 *
 * @param node the name that others know this node by; empty if nothing is shared
 * @param carrier what carries it: "none", "peers", or a store's address without secrets
 * @param trouble why it may not know all that others know; empty: it does
 * @param syncing whether that is because it has not been there for long
 * @param peers other nodes that it is connected to
 * @param told changes that were told to others, since the start
 * @param heard what was heard of sessions
 * @param learnt how much of that was news
 * @param lost changes that had no room; comparing finds them
 * @param factsRefused what others said beside sessions, or this node was to say, and had no room
 * @param lag from a change here to others knowing it, lately
 * @param counts what all nodes have counted since their starts, summed by name
 */
public record ShareStatus(
    String node,
    String carrier,
    Optional<String> trouble,
    boolean syncing,
    List<Peer> peers,
    long told,
    long heard,
    long learnt,
    long lost,
    long factsRefused,
    Duration lag,
    Map<String, Long> counts) {
  /** Nothing is shared. */
  public static final ShareStatus NONE =
      new ShareStatus(
          "", "none", Optional.empty(), false, List.of(), 0, 0, 0, 0, 0, Duration.ZERO, Map.of());

  /** Something should be shared, and is not. */
  public static ShareStatus broken(String why) {
    return new ShareStatus(
        "",
        "nothing yet",
        Optional.of(why),
        false,
        List.of(),
        0,
        0,
        0,
        0,
        0,
        Duration.ZERO,
        Map.of());
  }

  /**
   * Another node.
   *
   * @param inStep whether this one knows all that it knew, but for what is on its way
   * @param unconfirmed changes here that it has not confirmed
   */
  public record Peer(String node, String address, boolean inStep, Duration lag, long unconfirmed) {}
}
