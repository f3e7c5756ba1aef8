package io.steelyard.core.balance;

/** Makes the keys that hashing balancers choose by. Allocates nothing. */
public final class Keys {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int SEED = 0;

  private Keys() {}

  /** The key of a client's address: 4 bytes for IPv4, 16 for IPv6, in network order. */
  public static long ofAddress(byte[] address) {
    return ofAddress(address, 0, address.length);
  }

  /**
   * The key of the address in {@code bytes[from..from+length)}. An IPv4-mapped IPv6 address
   * (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2) has the key of its IPv4 address, so that a client
   * stays with its server whichever way the listener's socket tells its address.
   */
  public static long ofAddress(byte[] bytes, int from, int length) {
    int mapped = isMapped(bytes, from, length) ? IPV6_BYTES - IPV4_BYTES : 0;
    return Hash.of(bytes, from + mapped, from + length, SEED);
  }

  private static boolean isMapped(byte[] bytes, int from, int length) {
    if (length != IPV6_BYTES || bytes[from + 10] != -1 || bytes[from + 11] != -1) {
      return false;
    }
    for (int i = from; i < from + 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
