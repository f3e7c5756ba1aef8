package io.steelyard.core.snapshot;

import java.net.InetAddress;
import java.util.List;

/** The networks of proxies whose word on whom they forward is believed. */
public record TrustedProxies(List<Network> networks) {
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  public TrustedProxies {
    networks = List.copyOf(networks);
  }

  /**
   * A network in CIDR form: its address and the length of its prefix in bits, 0 to 32 for IPv4, to
   * 128 for IPv6. Java turns an IPv4-mapped address (::ffff:a.b.c.d) into the IPv4 address it
   * stands for, so such clients match IPv4 networks.
   */
  public record Network(InetAddress address, int prefixBits) {
    /** Refuses a prefix that is longer than its address with IllegalArgumentException. */
    public Network {
      if (prefixBits < 0 || prefixBits > address.getAddress().length * 8) {
        throw new IllegalArgumentException(address.getHostAddress() + "/" + prefixBits);
      }
    }

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
