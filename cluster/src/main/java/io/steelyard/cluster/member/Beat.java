package io.steelyard.cluster.member;

import java.util.List;

/**
 * What a node says to all others, again and again.
 *
 * @param node its name
 * @param incarnation when it was started, in ms since 1970: the greater one is the later one
 * @param instance a random number: two nodes of one name are told apart by it
 * @param sequence grows from beat to beat of an incarnation
 * @param sentNs when it was made, by a clock of the sender's that only counts
 * @param hears the other nodes that it has heard of late
 * @param asks what it asks everybody's vote for, or holds
 * @param votes what it has promised
 */
public record Beat(
    String node,
    long incarnation,
    long instance,
    long sequence,
    long sentNs,
    NodeReport report,
    List<String> hears,
    List<String> asks,
    List<Vote> votes) {
  public Beat {
    hears = List.copyOf(hears);
    asks = List.copyOf(asks);
    votes = List.copyOf(votes);
  }
}
