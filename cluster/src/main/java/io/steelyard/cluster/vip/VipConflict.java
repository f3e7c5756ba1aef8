package io.steelyard.cluster.vip;

import java.net.InetAddress;

/**
 * A host that is no node of ours uses an address that is to move between nodes.
 *
 * @param hardware where, as 02:00:00:00:02:01
 */
public record VipConflict(InetAddress address, String hardware) {}
