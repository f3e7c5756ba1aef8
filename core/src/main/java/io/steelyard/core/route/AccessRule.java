package io.steelyard.core.route;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which clients are served.
 *
 * @param allow empty: all; otherwise none but these
 * @param deny none of these, whatever {@code allow} says
 */
public record AccessRule(List<Block> allow, List<Block> deny) {
  /** Everybody is served. */
  public static final AccessRule NONE = new AccessRule(List.of(), List.of());

  public AccessRule {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }

  /**
   * Whether a client is served. Allocates nothing.
   *
   * @param address null: nobody knows it; such a client is served by no rule
   */
  public boolean serves(byte[] address) {
    return address != null
        && !contains(deny, address)
        && (allow.isEmpty() || contains(allow, address));
  }

  private static boolean contains(List<Block> blocks, byte[] address) {
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** Addresses that begin with the same bits. */
  public static final class Block {
    private final byte[] address;
    private final int bits;

    /**
     * Of a network.
     *
     * @param bits 0 to 32 for IPv4, to 128 for IPv6
     */
    public Block(InetAddress address, int bits) {
      this.address = address.getAddress();
      this.bits = bits;
    }

    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = bits >> 3;
      for (int i = 0; i < whole; i++) {
        if (other[i] != address[i]) {
          return false;
        }
      }
      int rest = bits & 7;
      return rest == 0 || ((other[whole] ^ address[whole]) & 0xff & (0xff << (8 - rest))) == 0;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Block b && bits == b.bits && Arrays.equals(address, b.address);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(address) + bits;
    }
  }
}
