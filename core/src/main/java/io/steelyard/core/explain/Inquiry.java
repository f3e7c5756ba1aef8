package io.steelyard.core.explain;

import java.net.InetAddress;

/**
 * A request that nobody has sent, of which somebody wants to know what would become of it.
 *
 * @param door where it would come in
 * @param client whose it would be
 * @param head as it would stand on the wire, to its empty line; empty for a connection of TCP
 */
public record Inquiry(Door door, InetAddress client, String head) {}
