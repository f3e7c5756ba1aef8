package io.steelyard.wire.link;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What an ARP packet says of its sender (RFC 826): which address is at which hardware address. Pure
 * functions of their arguments.
 *
 * @param senderHardware as 02:00:00:00:02:01
 * @param sender 0.0.0.0 in a probe, which claims nothing (RFC 5227, section 2.1.1)
 */
public record ArpPacket(String senderHardware, InetAddress sender) {
  /** An Ethernet header and a packet of ARP for IPv4; what follows is padding. */
  public static final int FRAME_BYTES = 42;

  private static final int HARDWARE_BYTES = 6;
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
  private static final byte[] EVERYBODY = {-1, -1, -1, -1, -1, -1};

  /** Of the frame, from its EtherType: ARP, Ethernet, IPv4, and the lengths of their addresses. */
  private static final byte[] OF_IPV4 = {8, 6, 0, 1, 8, 0, 6, 4};

  private static final int TYPE_AT = 12;
  private static final int SENDER_HARDWARE_AT = 22;
  private static final int SENDER_AT = 28;

  /**
   * Reads a request or a reply.
   *
   * @param frame from its Ethernet header on
   * @return empty for one that is not ARP for IPv4 over Ethernet, or too short
   */
  public static Optional<ArpPacket> read(byte[] frame) {
    int typeEnd = TYPE_AT + OF_IPV4.length;
    if (frame.length < FRAME_BYTES
        || !Arrays.equals(frame, TYPE_AT, typeEnd, OF_IPV4, 0, OF_IPV4.length)) {
      return Optional.empty();
    }
    String hardware =
        COLONS.formatHex(frame, SENDER_HARDWARE_AT, SENDER_HARDWARE_AT + HARDWARE_BYTES);
    return Optional.of(
        new ArpPacket(hardware, address(Arrays.copyOfRange(frame, SENDER_AT, SENDER_AT + 4))));
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (Exception e) {
      throw new AssertionError("4 bytes are an address", e);
    }
  }

  /**
   * An ARP probe: asks who has the address, and puts nothing into anybody's cache (RFC 5227,
   * section 2.1.1).
   *
   * @param hardware of this host on the link: six bytes
   * @return 42 bytes
   */
  public static byte[] probe(byte[] hardware, Inet4Address address) {
    if (hardware.length != HARDWARE_BYTES) {
      throw new IllegalArgumentException("a hardware address of " + hardware.length + " bytes");
    }
    return ByteBuffer.allocate(FRAME_BYTES)
        .put(EVERYBODY)
        .put(hardware)
        .put(OF_IPV4)
        .putShort((short) 1)
        .put(hardware)
        .put(new byte[4])
        .put(new byte[HARDWARE_BYTES])
        .put(address.getAddress())
        .array();
  }
}
