package io.steelyard.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.sys.Abi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * A socket address as the kernel wants it: sockaddr_in, sockaddr_in6 or sockaddr_un, kept in native
 * memory.
 */
public final class Sockaddr {
  /** Room for the largest of them (sockaddr_un has 110 bytes). */
  public static final int BYTES_MAX = 112;

  private static final int UNIX_PATH_OFFSET = 2;
  private static final int UNIX_PATH_MAX = 107;

  private final MemorySegment memory;
  private final int bytes;
  private final int family;

  private Sockaddr(MemorySegment memory, int bytes, int family) {
    this.memory = memory;
    this.bytes = bytes;
    this.family = family;
  }

  /**
   * Encodes a resolved address; an unresolved one or a path of more than 107 bytes is an
   * IllegalArgumentException.
   */
  public static Sockaddr of(SocketAddress address) {
    MemorySegment m = Arena.ofAuto().allocate(BYTES_MAX, 8);
    if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
      return internet(m, inet.getAddress(), inet.getPort());
    }
    if (address instanceof UnixDomainSocketAddress unix) {
      return unix(m, unix);
    }
    throw new IllegalArgumentException("not a resolved address: " + address);
  }

  private static Sockaddr internet(MemorySegment m, InetAddress ip, int port) {
    if (ip instanceof Inet6Address ip6) {
      head(m, Abi.AF_INET6, port);
      MemorySegment.copy(ip.getAddress(), 0, m, JAVA_BYTE, 8, 16);
      m.set(JAVA_INT, 24, ip6.getScopeId());
      return new Sockaddr(m, 28, Abi.AF_INET6);
    }
    head(m, Abi.AF_INET, port);
    MemorySegment.copy(ip.getAddress(), 0, m, JAVA_BYTE, 4, 4);
    return new Sockaddr(m, 16, Abi.AF_INET);
  }

  private static Sockaddr unix(MemorySegment m, UnixDomainSocketAddress unix) {
    byte[] path = unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
    if (path.length == 0 || path.length > UNIX_PATH_MAX) {
      throw new IllegalArgumentException(
          "a UNIX socket's path has 1 to " + UNIX_PATH_MAX + " bytes: " + unix);
    }
    m.set(JAVA_SHORT, 0, (short) Abi.AF_UNIX);
    MemorySegment.copy(path, 0, m, JAVA_BYTE, UNIX_PATH_OFFSET, path.length);
    return new Sockaddr(m, UNIX_PATH_OFFSET + path.length + 1, Abi.AF_UNIX);
  }

  private static void head(MemorySegment m, int family, int port) {
    m.set(JAVA_SHORT, 0, (short) family);
    m.set(JAVA_BYTE, 2, (byte) (port >> 8));
    m.set(JAVA_BYTE, 3, (byte) port);
  }

  /**
   * Decodes what the kernel wrote; an IPv4-mapped IPv6 address comes out as IPv4; a nameless UNIX
   * peer as null.
   */
  public static SocketAddress decode(MemorySegment m) {
    int family = m.get(JAVA_SHORT, 0);
    int port = ((m.get(JAVA_BYTE, 2) & 0xff) << 8) | (m.get(JAVA_BYTE, 3) & 0xff);
    try {
      return switch (family) {
        case Abi.AF_INET -> new InetSocketAddress(InetAddress.getByAddress(slice(m, 4, 4)), port);
        case Abi.AF_INET6 ->
            new InetSocketAddress(ipv6(slice(m, 8, 16), m.get(JAVA_INT, 24)), port);
        default -> null;
      };
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }

  /** With the interface that a link-local address belongs to; IPv4-mapped ones come out as IPv4. */
  private static InetAddress ipv6(byte[] address, int scope) throws UnknownHostException {
    return scope == 0
        ? InetAddress.getByAddress(address)
        : Inet6Address.getByAddress(null, address, scope);
  }

  private static byte[] slice(MemorySegment m, long offset, int bytes) {
    return m.asSlice(offset, bytes).toArray(JAVA_BYTE);
  }

  public MemorySegment memory() {
    return memory;
  }

  public int bytes() {
    return bytes;
  }

  public int family() {
    return family;
  }

  public boolean unix() {
    return family == Abi.AF_UNIX;
  }
}
