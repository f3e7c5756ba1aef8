package io.steelyard.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.sys.Abi;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Between whom datagrams go: who has sent one, and to which address of this host, which answers
 * have to come from. Immutable.
 *
 * @param v6 whether the socket is one of IPv6, which has IPv4 addresses mapped (RFC 4291 section
 *     2.5.5.2)
 * @param peerHigh as the address stands in memory: its first half, 0 for IPv4
 * @param peerLow its second half, or all of IPv4
 * @param peerPort in network order
 * @param scope the interface of a link-local peer, else 0
 * @param ownHigh this host's address, likewise
 * @param ownLow likewise; 0 if it is not known
 * @param ownInterface of a link-local address, else 0
 */
public record DatagramFlow(
    boolean v6,
    long peerHigh,
    long peerLow,
    short peerPort,
    int scope,
    long ownHigh,
    long ownLow,
    int ownInterface) {
  /** Of a control message: its header, and the larger of what follows (in6_pktinfo). */
  static final int CONTROL_BYTES = 40;

  private static final int HEADER_BYTES = 16;
  private static final int V4_LENGTH = HEADER_BYTES + 12;
  private static final int V6_LENGTH = HEADER_BYTES + 20;

  /** fe80::/10 in the first bytes of an address, as they stand in memory. */
  private static final int LINK_LOCAL_MASK = 0xC0FF;

  private static final int LINK_LOCAL = 0x80FE;

  // ---- what the kernel has written

  static boolean isV6(MemorySegment name) {
    return name.get(JAVA_SHORT, 0) == Abi.AF_INET6;
  }

  /**
   * Reads it.
   *
   * @param name a sockaddr_in or sockaddr_in6
   * @param control an in_pktinfo or in6_pktinfo with its header
   * @param controlBytes 0 if there is none
   */
  static DatagramFlow of(MemorySegment name, MemorySegment control, long controlBytes) {
    boolean v6 = isV6(name);
    boolean known = controlBytes > 0;
    return new DatagramFlow(
        v6,
        peerHigh(v6, name),
        peerLow(v6, name),
        name.get(JAVA_SHORT, 2),
        v6 ? name.get(JAVA_INT, 24) : 0,
        known ? ownHigh(v6, control) : 0,
        known ? ownLow(v6, control) : 0,
        known && v6 && isLinkLocal(ownHigh(true, control)) ? control.get(JAVA_INT, 32) : 0);
  }

  /** Whether that is what {@link #of} would make of it; allocates nothing. */
  boolean is(MemorySegment name, MemorySegment control, long controlBytes) {
    return name.get(JAVA_SHORT, 2) == peerPort
        && peerLow(v6, name) == peerLow
        && peerHigh(v6, name) == peerHigh
        && (!v6 || name.get(JAVA_INT, 24) == scope)
        && (controlBytes == 0
            ? ownLow == 0 && ownHigh == 0
            : ownLow(v6, control) == ownLow && ownHigh(v6, control) == ownHigh);
  }

  /** The same for equal flows; {@code seed} keeps clients from choosing what it is. */
  static int hash(MemorySegment name, MemorySegment control, long controlBytes, long seed) {
    boolean v6 = isV6(name);
    long h = mix(seed ^ peerLow(v6, name));
    h = mix(h ^ peerHigh(v6, name));
    h = mix(h ^ (name.get(JAVA_SHORT, 2) & 0xffffL));
    return (int) (controlBytes == 0 ? h : mix(h ^ ownLow(v6, control)));
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long value) {
    long h = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
    return h ^ h >>> 33;
  }

  private static long peerHigh(boolean v6, MemorySegment name) {
    return v6 ? name.get(JAVA_LONG, 8) : 0;
  }

  private static long peerLow(boolean v6, MemorySegment name) {
    return v6 ? name.get(JAVA_LONG, 16) : Integer.toUnsignedLong(name.get(JAVA_INT, 4));
  }

  private static long ownHigh(boolean v6, MemorySegment control) {
    return v6 ? control.get(JAVA_LONG, HEADER_BYTES) : 0;
  }

  /** Of IPv4 ipi_spec_dst: also when the datagram went to a broadcast address. */
  private static long ownLow(boolean v6, MemorySegment control) {
    return v6
        ? control.get(JAVA_LONG, HEADER_BYTES + 8)
        : Integer.toUnsignedLong(control.get(JAVA_INT, HEADER_BYTES + 4));
  }

  private static boolean isLinkLocal(long high) {
    return (high & LINK_LOCAL_MASK) == LINK_LOCAL;
  }

  // ---- what the kernel is told

  /** Writes where an answer goes; how many bytes that is. */
  int writePeer(MemorySegment name) {
    name.set(JAVA_SHORT, 0, (short) (v6 ? Abi.AF_INET6 : Abi.AF_INET));
    name.set(JAVA_SHORT, 2, peerPort);
    if (!v6) {
      name.set(JAVA_INT, 4, (int) peerLow);
      return 16;
    }
    name.set(JAVA_INT, 4, 0);
    name.set(JAVA_LONG, 8, peerHigh);
    name.set(JAVA_LONG, 16, peerLow);
    name.set(JAVA_INT, 24, scope);
    return 28;
  }

  /** Writes where an answer comes from; how many bytes that is, 0 if the kernel is to say. */
  int writeOwn(MemorySegment control) {
    if (ownHigh == 0 && ownLow == 0) {
      return 0;
    }
    control.set(JAVA_LONG, 0, v6 ? V6_LENGTH : V4_LENGTH);
    control.set(JAVA_INT, 8, v6 ? Abi.IPPROTO_IPV6 : Abi.IPPROTO_IP);
    control.set(JAVA_INT, 12, v6 ? Abi.IPV6_PKTINFO : Abi.IP_PKTINFO);
    if (v6) {
      control.set(JAVA_LONG, HEADER_BYTES, ownHigh);
      control.set(JAVA_LONG, HEADER_BYTES + 8, ownLow);
      control.set(JAVA_INT, HEADER_BYTES + 16, ownInterface);
      return CONTROL_BYTES;
    }
    control.set(JAVA_INT, HEADER_BYTES, 0);
    control.set(JAVA_INT, HEADER_BYTES + 4, (int) ownLow);
    control.set(JAVA_INT, HEADER_BYTES + 8, 0);
    return 32;
  }

  // ---- for people

  /** Who sends; IPv4-mapped addresses come out as IPv4. */
  public InetSocketAddress peer() {
    return new InetSocketAddress(
        address(peerHigh, peerLow, scope), Short.toUnsignedInt(Short.reverseBytes(peerPort)));
  }

  /** This host's address that is sent to; the wildcard if it is not known. */
  public InetAddress own() {
    return address(ownHigh, ownLow, ownInterface);
  }

  private InetAddress address(long high, long low, int interfaceNumber) {
    byte[] bytes = new byte[16];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    memory.set(JAVA_LONG_UNALIGNED, 0, v6 ? high : low);
    memory.set(JAVA_LONG_UNALIGNED, 8, low);
    try {
      byte[] exact = v6 ? bytes : Arrays.copyOf(bytes, 4);
      return interfaceNumber == 0
          ? InetAddress.getByAddress(exact)
          : Inet6Address.getByAddress(null, exact, interfaceNumber);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
