package io.steelyard.core.address;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Addresses as they are written. */
public final class IpText {
  private static final int GROUPS = 8;

  private IpText() {}

  /**
   * The one way to write it, which others compare as text: that of IPv6 without its scope, as RFC
   * 5952, section 4, wants it.
   */
  public static String of(InetAddress address) {
    return address instanceof Inet6Address v6 ? v6(v6.getAddress()) : address.getHostAddress();
  }

  /** As it stands before a colon and a port: that of IPv6 in brackets. */
  public static String host(InetAddress address) {
    return address instanceof Inet6Address ? "[" + of(address) + "]" : of(address);
  }

  /** The longest row of zeros, the first of equal ones, becomes "::" if it is longer than one. */
  private static String v6(byte[] address) {
    int zerosFrom = 0;
    int zerosTo = 0;
    for (int from = 0; from < GROUPS; from++) {
      int to = from;
      while (to < GROUPS && group(address, to) == 0) {
        to++;
      }
      if (to - from > Math.max(1, zerosTo - zerosFrom)) {
        zerosFrom = from;
        zerosTo = to;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == zerosFrom && zerosTo > 0) {
        text.append("::");
      } else if (i < zerosFrom || i >= zerosTo) {
        text.append(i > 0 && i != zerosTo ? ":" : "");
        text.append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] address, int i) {
    return (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
  }
}
