package io.steelyard.cluster.vip;

import io.steelyard.core.address.IpText;
import java.net.InetAddress;

/**
 * An address that moves between nodes.
 *
 * @param prefix bits of its network: up to 32, or 128 for IPv6
 */
public record VipAddress(InetAddress address, int prefix) {
  public VipAddress {
    if (prefix < 1 || prefix > address.getAddress().length * Byte.SIZE) {
      throw new IllegalArgumentException("prefix " + prefix);
    }
  }

  @Override
  public String toString() {
    return IpText.of(address) + "/" + prefix;
  }
}
