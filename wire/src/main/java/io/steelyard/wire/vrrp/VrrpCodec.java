package io.steelyard.wire.vrrp;

import io.steelyard.wire.link.InternetChecksum;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes and reads VRRPv3 packets (RFC 9568, section 5.1). Pure functions of their arguments.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+---------------+---------------+
 * |  3    |   1   |   router id   |   priority    | addresses     |
 * +-------+-------+---------------+---------------+---------------+
 * |   0   |   interval in cs      |           checksum            |
 * +-------+-----------------------+-------------------------------+
 * |             addresses, of 4 or 16 bytes each                  |
 * </pre>
 */
public final class VrrpCodec {
  /** The IP protocol's number. */
  public static final int PROTOCOL = 112;

  /** What the TTL or hop limit has to be (RFC 9568, sections 5.1.1.3 and 5.1.2.3). */
  public static final int HOP_LIMIT = 255;

  /** Room for the longest packet with an IPv4 header's options. */
  public static final int BYTES_MAX = 60 + 8 + 90 * 16;

  private static final int HEAD_BYTES = 8;
  private static final int VERSION_AND_TYPE = 0x31;
  private static final int CHECKSUM_AT = 6;

  private VrrpCodec() {}

  /**
   * The packet without an IP header.
   *
   * @param source the address it will be sent from
   * @param destination and to: both go into the checksum where it covers them
   */
  public static byte[] encode(
      VrrpAdvertisement advertisement,
      InetAddress source,
      InetAddress destination,
      VrrpChecksum checksum) {
    int size = advertisement.ipv6() ? 16 : 4;
    List<InetAddress> addresses = advertisement.addresses();
    byte[] packet = new byte[HEAD_BYTES + size * addresses.size()];
    packet[0] = VERSION_AND_TYPE;
    packet[1] = (byte) advertisement.routerId();
    packet[2] = (byte) advertisement.priority();
    packet[3] = (byte) addresses.size();
    packet[4] = (byte) (advertisement.advertiseCs() >> 8);
    packet[5] = (byte) advertisement.advertiseCs();
    for (int i = 0; i < addresses.size(); i++) {
      System.arraycopy(addresses.get(i).getAddress(), 0, packet, HEAD_BYTES + i * size, size);
    }
    boolean covered = advertisement.ipv6() || checksum == VrrpChecksum.PSEUDO_HEADER;
    int sum = covered ? pseudoHeader(source, destination, packet.length) : 0;
    int check = InternetChecksum.of(sum, packet, 0, packet.length);
    packet[CHECKSUM_AT] = (byte) (check >> 8);
    packet[CHECKSUM_AT + 1] = (byte) check;
    return packet;
  }

  private static int pseudoHeader(InetAddress source, InetAddress destination, int bytes) {
    return InternetChecksum.pseudoHeader(
        source.getAddress(), destination.getAddress(), PROTOCOL, bytes);
  }

  /**
   * Reads what a raw socket gives for IPv4: {@code bytes} of {@code in}, with the IP header.
   *
   * @param hopLimitMin {@link #HOP_LIMIT}; less for what may come through routers
   */
  public static VrrpDecoded decodeIpv4(byte[] in, int bytes, int hopLimitMin) {
    int head = bytes < 20 ? 0 : (in[0] & 0xf) * 4;
    if (head < 20 || in[0] >> 4 != 4 || in[9] != PROTOCOL) {
      return VrrpRefusal.HEADER;
    }
    int total = ((in[2] & 0xff) << 8) | (in[3] & 0xff);
    if (total > bytes || total < head) {
      return VrrpRefusal.HEADER;
    }
    InetAddress source = address(in, 12, 4);
    InetAddress destination = address(in, 16, 4);
    if ((in[8] & 0xff) < hopLimitMin) {
      return VrrpRefusal.HOP_LIMIT;
    }
    return decode(in, head, total - head, source, destination);
  }

  /**
   * Reads what a raw socket gives for IPv6: {@code bytes} of {@code in}, without the IP header, of
   * which the rest tells.
   *
   * @param hopLimit that it arrived with
   * @param hopLimitMin {@link #HOP_LIMIT}; less for what may come through routers
   */
  public static VrrpDecoded decodeIpv6(
      byte[] in,
      int bytes,
      int hopLimit,
      int hopLimitMin,
      InetAddress source,
      InetAddress destination) {
    return hopLimit < hopLimitMin
        ? VrrpRefusal.HOP_LIMIT
        : decode(in, 0, bytes, source, destination);
  }

  /** In the order of RFC 9568, section 7.1; what is cheap first. */
  private static VrrpDecoded decode(
      byte[] in, int at, int bytes, InetAddress source, InetAddress destination) {
    if (bytes < HEAD_BYTES) {
      return VrrpRefusal.LENGTH;
    }
    int version = (in[at] >> 4) & 0xf;
    if (version != VERSION_AND_TYPE >> 4) {
      return VrrpRefusal.VERSION;
    }
    if ((in[at] & 0xf) != (VERSION_AND_TYPE & 0xf)) {
      return VrrpRefusal.TYPE;
    }
    int size = destination instanceof Inet6Address ? 16 : 4;
    int count = in[at + 3] & 0xff;
    if (bytes != HEAD_BYTES + count * size || count == 0 || (size == 16 && count > 90)) {
      return VrrpRefusal.LENGTH;
    }
    if (!checks(in, at, bytes, source, destination)) {
      return VrrpRefusal.CHECKSUM;
    }
    return fields(in, at, size, source, destination);
  }

  private static boolean checks(
      byte[] in, int at, int bytes, InetAddress source, InetAddress destination) {
    int covered = pseudoHeader(source, destination, bytes);
    return InternetChecksum.of(covered, in, at, bytes) == 0
        || (!(destination instanceof Inet6Address) && InternetChecksum.of(0, in, at, bytes) == 0);
  }

  private static VrrpDecoded fields(
      byte[] in, int at, int size, InetAddress source, InetAddress destination) {
    int routerId = in[at + 1] & 0xff;
    if (routerId == 0) {
      return VrrpRefusal.ROUTER_ID;
    }
    // The four bits before it are reserved: ignored.
    int advertiseCs = ((in[at + 4] & 0xf) << 8) | (in[at + 5] & 0xff);
    if (advertiseCs == 0) {
      return VrrpRefusal.INTERVAL;
    }
    int count = in[at + 3] & 0xff;
    List<InetAddress> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      InetAddress address = address(in, at + HEAD_BYTES + i * size, size);
      if (!moves(address, size)) {
        return VrrpRefusal.ADDRESS;
      }
      addresses.add(address);
    }
    int priority = in[at + 2] & 0xff;
    return new VrrpReceived(
        source, destination, new VrrpAdvertisement(routerId, priority, advertiseCs, addresses));
  }

  /** Whether an address can be one that moves between hosts. */
  private static boolean moves(InetAddress address, int size) {
    return address.getAddress().length == size
        && !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isMulticastAddress();
  }

  private static InetAddress address(byte[] in, int from, int size) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(in, from, from + size));
    } catch (Exception e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
