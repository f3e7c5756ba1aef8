package io.steelyard.share.peers;

import java.net.SocketAddress;
import java.time.Instant;

/**
 * A link, as it is shown.
 *
 * @param node the other node's name
 * @param address the other end of the connection
 * @param incarnation when the other node was started, by its clock, in ms since 1970
 * @param since when the link was made, by this node's clock
 * @param outgoing whether this node has dialled
 */
public record Link(
    String node, SocketAddress address, long incarnation, Instant since, boolean outgoing) {}
