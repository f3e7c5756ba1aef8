package io.steelyard.wire.link;

/** The checksum of the Internet protocols (RFC 1071), and the pseudo-header's part in it. */
public final class InternetChecksum {
  private InternetChecksum() {}

  /**
   * What goes into a header: the complement of the sum of {@code in[from..from+bytes)} and {@code
   * sum}. Over data that has its checksum in place, it is 0.
   *
   * @param sum of what is covered besides: 0, or {@link #pseudoHeader}
   */
  public static int of(int sum, byte[] in, int from, int bytes) {
    return 0xffff & ~folded(add(sum, in, from, bytes));
  }

  /** The sum over addresses, protocol and length (RFC 8200, section 8.1; RFC 793 for IPv4). */
  public static int pseudoHeader(byte[] source, byte[] destination, int protocol, int bytes) {
    int sum = add(protocol + bytes, source, 0, source.length);
    return folded(add(sum, destination, 0, destination.length));
  }

  /** Without an overflow: 65,535 bytes are 32,768 words of less than 2 to the 16th. */
  private static int add(int sum, byte[] in, int from, int bytes) {
    int total = sum;
    for (int i = 0; i + 1 < bytes; i += 2) {
      total += ((in[from + i] & 0xff) << 8) | (in[from + i + 1] & 0xff);
    }
    return (bytes & 1) == 0 ? total : total + ((in[from + bytes - 1] & 0xff) << 8);
  }

  private static int folded(int sum) {
    int total = sum;
    while (total >>> 16 != 0) {
      total = (total & 0xffff) + (total >>> 16);
    }
    return total;
  }
}
