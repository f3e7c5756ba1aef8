package io.steelyard.wire.vrrp;

/**
 * What the checksum of an IPv4 packet covers. RFC 5798 could be read both ways; of what is
 * received, both are good. With IPv6 the pseudo-header is always in.
 */
public enum VrrpChecksum {
  /** The message only (RFC 9568, section 5.2.8). */
  MESSAGE,
  /** A pseudo-header, too, as for IPv6: keepalived's default. */
  PSEUDO_HEADER
}
