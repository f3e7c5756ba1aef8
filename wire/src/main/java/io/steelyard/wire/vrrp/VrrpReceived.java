package io.steelyard.wire.vrrp;

import java.net.InetAddress;

/**
 * A packet that passed all that RFC 9568, section 7.1, asks for and that needs no configuration.
 *
 * @param source who sent it
 * @param destination the multicast group, or an address of this host
 */
public record VrrpReceived(
    InetAddress source, InetAddress destination, VrrpAdvertisement advertisement)
    implements VrrpDecoded {}
