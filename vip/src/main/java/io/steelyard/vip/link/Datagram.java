package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.sys.Abi;
import io.steelyard.wire.vrrp.VrrpCodec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A {@code struct msghdr} with what it points to: an address, a packet, and ancillary data, which
 * for sending names the source, and for receiving tells the destination and the hop limit.
 *
 * <pre>
 * msghdr   0 name  8 its length  16 iov  24 their count  32 control  40 its length  48 flags
 * cmsghdr  0 length  8 level  12 type  16 data; the next one at a multiple of 8
 * </pre>
 */
final class Datagram {
  private static final int MSGHDR_BYTES = 56;
  private static final int CONTROL_BYTES_MAX = 256;
  private static final int CMSG_HEAD_BYTES = 16;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;

  private final MemorySegment message;
  private final MemorySegment name;
  private final MemorySegment iov;
  private final MemorySegment control;
  private final MemorySegment packet;

  Datagram(Arena arena) {
    message = arena.allocate(MSGHDR_BYTES, 8);
    name = arena.allocate(SOCKADDR_IN6_BYTES, 8);
    iov = arena.allocate(16, 8);
    control = arena.allocate(CONTROL_BYTES_MAX, 8);
    packet = arena.allocate(VrrpCodec.BYTES_MAX, 8);
    message.set(JAVA_LONG, 0, name.address());
    message.set(JAVA_LONG, 16, iov.address());
    message.set(JAVA_LONG, 24, 1);
    message.set(JAVA_LONG, 32, control.address());
    iov.set(JAVA_LONG, 0, packet.address());
  }

  /** For sendmsg: this packet from and to these addresses over this link. */
  MemorySegment toSend(byte[] bytes, InetAddress source, InetAddress to, int linkIndex) {
    MemorySegment.copy(bytes, 0, packet, JAVA_BYTE, 0, bytes.length);
    iov.set(JAVA_LONG, 8, bytes.length);
    name.fill((byte) 0);
    control.fill((byte) 0);
    byte[] from = source.getAddress();
    byte[] destination = to.getAddress();
    if (to instanceof Inet6Address) {
      name.set(JAVA_SHORT, 0, (short) Abi.AF_INET6);
      MemorySegment.copy(destination, 0, name, JAVA_BYTE, 8, destination.length);
      name.set(JAVA_INT, 24, linkIndex);
      // struct in6_pktinfo: the address, the link's index.
      head(Abi.IPPROTO_IPV6, Abi.IPV6_PKTINFO, 20);
      MemorySegment.copy(from, 0, control, JAVA_BYTE, CMSG_HEAD_BYTES, from.length);
      control.set(JAVA_INT, CMSG_HEAD_BYTES + 16, linkIndex);
      lengths(SOCKADDR_IN6_BYTES, 40);
    } else {
      name.set(JAVA_SHORT, 0, (short) Abi.AF_INET);
      MemorySegment.copy(destination, 0, name, JAVA_BYTE, 4, destination.length);
      // struct in_pktinfo: the link's index, the source, the destination.
      head(Abi.IPPROTO_IP, Abi.IP_PKTINFO, 12);
      control.set(JAVA_INT, CMSG_HEAD_BYTES, linkIndex);
      MemorySegment.copy(from, 0, control, JAVA_BYTE, CMSG_HEAD_BYTES + 4, from.length);
      lengths(SOCKADDR_IN_BYTES, 32);
    }
    return message;
  }

  private void head(int level, int type, int dataBytes) {
    control.set(JAVA_LONG, 0, CMSG_HEAD_BYTES + dataBytes);
    control.set(JAVA_INT, 8, level);
    control.set(JAVA_INT, 12, type);
  }

  private void lengths(int nameBytes, int controlBytes) {
    message.set(JAVA_INT, 8, nameBytes);
    message.set(JAVA_LONG, 40, controlBytes);
  }

  /** For recvmsg. */
  MemorySegment toReceive() {
    iov.set(JAVA_LONG, 8, packet.byteSize());
    lengths(SOCKADDR_IN6_BYTES, CONTROL_BYTES_MAX);
    return message;
  }

  /** What was received; what was longer than any packet of VRRP has been cut, and will not fit. */
  byte[] bytes(int count) {
    return packet.asSlice(0, count).toArray(JAVA_BYTE);
  }

  /** Who sent it, of IPv6: without the scope, so that it equals what is configured. */
  InetAddress source() {
    return address(name.asSlice(8, 16));
  }

  /** To whom it went, of IPv6. */
  Optional<InetAddress> destination() {
    return data(Abi.IPV6_PKTINFO, 20).map(data -> address(data.asSlice(0, 16)));
  }

  /** Of IPv6; -1 if it is not told. */
  int hopLimit() {
    return data(Abi.IPV6_HOPLIMIT, 4).map(data -> data.get(JAVA_INT, 0)).orElse(-1);
  }

  private Optional<MemorySegment> data(int type, int bytes) {
    long end = Math.min(message.get(JAVA_LONG, 40), CONTROL_BYTES_MAX);
    long at = 0;
    while (at + CMSG_HEAD_BYTES <= end) {
      long length = control.get(JAVA_LONG, at);
      if (length < CMSG_HEAD_BYTES || at + length > end) {
        return Optional.empty();
      }
      boolean ours =
          control.get(JAVA_INT, at + 8) == Abi.IPPROTO_IPV6
              && control.get(JAVA_INT, at + 12) == type;
      if (ours && length >= CMSG_HEAD_BYTES + bytes) {
        return Optional.of(control.asSlice(at + CMSG_HEAD_BYTES, bytes));
      }
      at += (length + 7) & ~7L;
    }
    return Optional.empty();
  }

  private static InetAddress address(MemorySegment bytes) {
    try {
      return InetAddress.getByAddress(bytes.toArray(JAVA_BYTE));
    } catch (UnknownHostException e) {
      throw new AssertionError("16 bytes are an address", e);
    }
  }
}
