package io.steelyard.wire.vrrp;

/** What became of a packet: it is good, or it is refused and why. */
public sealed interface VrrpDecoded permits VrrpReceived, VrrpRefusal {}
