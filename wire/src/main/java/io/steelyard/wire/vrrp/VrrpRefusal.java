package io.steelyard.wire.vrrp;

/** Why a packet is dropped, each to be counted apart. */
public enum VrrpRefusal implements VrrpDecoded {
  /** No whole IPv4 header of protocol 112, or it says that there is more than there is. */
  HEADER,
  /** Less than what is asked for, 255 as a rule: it came through a router, so from anywhere. */
  HOP_LIMIT,
  /** Not version 3. */
  VERSION,
  /** No advertisement, the only type there is. */
  TYPE,
  /** Its count of addresses is 0, or does not fit its length. */
  LENGTH,
  CHECKSUM,
  /** 0 is none. */
  ROUTER_ID,
  /** Adverts every 0 s. */
  INTERVAL,
  /** One is unspecified, loopback or multicast, or an IPv4 address in an IPv6 packet. */
  ADDRESS,
  /** Where adverts go to the group, it went elsewhere. */
  DESTINATION,
  /** Where adverts go to listed peers, it came from another. */
  SOURCE
}
