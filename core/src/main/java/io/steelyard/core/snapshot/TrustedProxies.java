package io.steelyard.core.snapshot;

import java.net.InetAddress;
import java.util.List;

/** The networks whose {@code X-Forwarded-*} headers are believed. */
public record TrustedProxies(List<Network> networks) {
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  public TrustedProxies {
    networks = List.copyOf(networks);
  }

  /** A network in CIDR form: its address and the length of its prefix in bits. */
  public record Network(InetAddress address, int prefixBits) {
    public boolean contains(InetAddress candidate) {
      byte[] a = address.getAddress();
      byte[] b = candidate.getAddress();
      if (a.length != b.length) {
        return false;
      }
      for (int bit = 0; bit < prefixBits; bit++) {
        if (((a[bit >> 3] ^ b[bit >> 3]) & (0x80 >> (bit & 7))) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  public boolean trusts(InetAddress client) {
    for (Network network : networks) {
      if (network.contains(client)) {
        return true;
      }
    }
    return false;
  }
}
