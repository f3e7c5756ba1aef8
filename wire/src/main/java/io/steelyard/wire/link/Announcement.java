package io.steelyard.wire.link;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The Ethernet frame that tells everybody on a link that an address is at this hardware address
 * now. Pure functions of their arguments.
 */
public final class Announcement {
  private static final int HARDWARE_BYTES = 6;
  private static final byte[] EVERYBODY = {-1, -1, -1, -1, -1, -1};

  /** ff02::1, and the Ethernet address that it maps to (RFC 2464, section 7). */
  private static final byte[] ALL_NODES = {-1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private static final byte[] ALL_NODES_HARDWARE = {0x33, 0x33, 0, 0, 0, 1};

  private static final short ETHERTYPE_IPV4 = 0x0800;
  private static final short ETHERTYPE_ARP = 0x0806;
  private static final short ETHERTYPE_IPV6 = (short) 0x86dd;

  private static final byte ICMPV6 = 58;
  private static final byte NEIGHBOR_ADVERTISEMENT = (byte) 136;
  private static final int ROUTER = 0x80000000;
  private static final int OVERRIDE = 0x20000000;
  private static final byte TARGET_LINK_LAYER_ADDRESS = 2;
  private static final int NEIGHBOR_ADVERTISEMENT_BYTES = 32;

  private Announcement() {}

  /**
   * An ARP announcement for IPv4 ({@link #arpRequest}), an unsolicited neighbour advertisement for
   * IPv6 ({@link #neighborAdvertisement}).
   */
  public static byte[] of(byte[] hardware, InetAddress address, boolean router) {
    return address instanceof Inet6Address ipv6
        ? neighborAdvertisement(hardware, ipv6, router)
        : arpRequest(hardware, (Inet4Address) address);
  }

  /**
   * A gratuitous ARP <em>request</em> (RFC 5227, section 3): sender and target are the address
   * itself. Linux ignores a reply whose target hardware address is everybody's when it has heard of
   * the address less than a second ago; requests it always takes.
   *
   * @param hardware of this host on the link: six bytes
   * @return 42 bytes
   */
  public static byte[] arpRequest(byte[] hardware, Inet4Address address) {
    return ethernet(EVERYBODY, hardware, ETHERTYPE_ARP, 28)
        .putShort((short) 1)
        .putShort(ETHERTYPE_IPV4)
        .put((byte) HARDWARE_BYTES)
        .put((byte) 4)
        .putShort((short) 1)
        .put(hardware)
        .put(address.getAddress())
        .put(new byte[HARDWARE_BYTES])
        .put(address.getAddress())
        .array();
  }

  /**
   * An unsolicited neighbour advertisement with the override flag (RFC 4861, section 7.2.6), to all
   * nodes.
   *
   * @param hardware of this host on the link: six bytes
   * @param router whether this host forwards: those who use it as a router must not think that it
   *     has ceased to be one
   * @return 86 bytes
   */
  public static byte[] neighborAdvertisement(
      byte[] hardware, Inet6Address address, boolean router) {
    byte[] message =
        ByteBuffer.allocate(NEIGHBOR_ADVERTISEMENT_BYTES)
            .put(NEIGHBOR_ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(router ? ROUTER | OVERRIDE : OVERRIDE)
            .put(address.getAddress())
            .put(TARGET_LINK_LAYER_ADDRESS)
            .put((byte) 1)
            .put(hardware)
            .array();
    int covered =
        InternetChecksum.pseudoHeader(address.getAddress(), ALL_NODES, ICMPV6, message.length);
    int check = InternetChecksum.of(covered, message, 0, message.length);
    message[2] = (byte) (check >> 8);
    message[3] = (byte) check;
    return ethernet(ALL_NODES_HARDWARE, hardware, ETHERTYPE_IPV6, 40 + message.length)
        .putInt(6 << 28)
        .putShort((short) message.length)
        .put(ICMPV6)
        .put((byte) 255)
        .put(address.getAddress())
        .put(ALL_NODES)
        .put(message)
        .array();
  }

  private static ByteBuffer ethernet(byte[] to, byte[] from, short type, int payloadBytes) {
    if (from.length != HARDWARE_BYTES) {
      throw new IllegalArgumentException("a hardware address of " + from.length + " bytes");
    }
    return ByteBuffer.allocate(2 * HARDWARE_BYTES + 2 + payloadBytes)
        .put(to)
        .put(from)
        .putShort(type);
  }
}
