package io.steelyard.wire.proxyprotocol;

import io.steelyard.wire.proxyprotocol.ProxyHeader.Ends;
import io.steelyard.wire.proxyprotocol.ProxyRead.Malformed;
import io.steelyard.wire.proxyprotocol.ProxyRead.Partial;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Version 2, binary (section 2.2). */
final class Version2 {
  static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

  private static final int FIXED_BYTES = 16;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int UNSPECIFIED = 0x00;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;
  private static final int UNIX_STREAM = 0x31;
  private static final int TCP4_BYTES = 12;
  private static final int TCP6_BYTES = 36;
  private static final int UNIX_BYTES = 216;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  /** Of a field beside the addresses: its type and length. */
  private static final int FIELD_BYTES = 3;

  private static final int CRC32C_TYPE = 0x03;

  private Version2() {}

  static ProxyRead read(byte[] bytes, int size) {
    if (size < FIXED_BYTES) {
      return new Partial();
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, size);
    int all = FIXED_BYTES + Short.toUnsignedInt(header.getShort(FIXED_BYTES - 2));
    if (all > ProxyReader.BYTES_MAX) {
      return new Malformed("a header of %d bytes".formatted(all));
    }
    int command = Byte.toUnsignedInt(bytes[12]);
    if (command != LOCAL && command != PROXY) {
      return new Malformed("version and command 0x%02x".formatted(command));
    }
    return size < all ? new Partial() : whole(header.limit(all), command);
  }

  private static ProxyRead whole(ByteBuffer header, int command) {
    int family = Byte.toUnsignedInt(header.get(13));
    int addresses =
        switch (family) {
          case UNSPECIFIED -> header.limit() - FIXED_BYTES;
          case TCP4 -> TCP4_BYTES;
          case TCP6 -> TCP6_BYTES;
          case UNIX_STREAM -> UNIX_BYTES;
          default -> -1;
        };
    if (command == LOCAL) {
      return ProxyReader.read(ProxyHeader.OWN, header.limit());
    }
    if (addresses < 0) {
      return new Malformed("address family and transport 0x%02x".formatted(family));
    }
    if (FIXED_BYTES + addresses > header.limit()) {
      return new Malformed("a header that is shorter than its addresses");
    }
    if (!fieldsAreSound(header, FIXED_BYTES + addresses)) {
      return new Malformed("fields that do not fit, or another checksum");
    }
    ProxyHeader read =
        switch (family) {
          case TCP4 -> ends(header, IPV4_BYTES);
          case TCP6 -> ends(header, IPV6_BYTES);
          default -> ProxyHeader.OWN;
        };
    return ProxyReader.read(read, header.limit());
  }

  private static ProxyHeader ends(ByteBuffer header, int addressBytes) {
    header.position(FIXED_BYTES);
    InetAddress source = address(header, addressBytes);
    InetAddress destination = address(header, addressBytes);
    int from = Short.toUnsignedInt(header.getShort());
    int to = Short.toUnsignedInt(header.getShort());
    if (source.getClass() != destination.getClass()) {
      // Java takes an IPv4 address in an IPv6 one for what it is; the other is none.
      return ProxyHeader.OWN;
    }
    return ProxyHeader.of(
        new InetSocketAddress(source, from), new InetSocketAddress(destination, to));
  }

  private static InetAddress address(ByteBuffer header, int bytes) {
    byte[] address = new byte[bytes];
    header.get(address);
    try {
      return InetAddress.getByAddress(address);
    } catch (Exception e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  /** Each as long as it says, and the checksum, if there is one (section 2.2.3), the right one. */
  private static boolean fieldsAreSound(ByteBuffer header, int from) {
    int at = from;
    while (at + FIELD_BYTES <= header.limit()) {
      int length = Short.toUnsignedInt(header.getShort(at + 1));
      int next = at + FIELD_BYTES + length;
      if (next > header.limit()) {
        return false;
      }
      if (header.get(at) == CRC32C_TYPE && !isChecksum(header, at + FIELD_BYTES, length)) {
        return false;
      }
      at = next;
    }
    return at == header.limit();
  }

  private static boolean isChecksum(ByteBuffer header, int at, int length) {
    if (length != Integer.BYTES) {
      return false;
    }
    byte[] zeroed = new byte[header.limit()];
    header.duplicate().position(0).get(zeroed);
    Arrays.fill(zeroed, at, at + Integer.BYTES, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(zeroed);
    return (int) crc.getValue() == header.getInt(at);
  }

  static byte[] write(ProxyHeader header) {
    if (header.ends().isEmpty()) {
      return fixed(LOCAL, UNSPECIFIED, 0).array();
    }
    Ends ends = header.ends().get();
    boolean four = ends.source().getAddress() instanceof Inet4Address;
    return fixed(PROXY, four ? TCP4 : TCP6, four ? TCP4_BYTES : TCP6_BYTES)
        .put(ends.source().getAddress().getAddress())
        .put(ends.destination().getAddress().getAddress())
        .putShort((short) ends.source().getPort())
        .putShort((short) ends.destination().getPort())
        .array();
  }

  private static ByteBuffer fixed(int command, int family, int addresses) {
    return ByteBuffer.allocate(FIXED_BYTES + addresses)
        .put(SIGNATURE)
        .put((byte) command)
        .put((byte) family)
        .putShort((short) addresses);
  }
}
