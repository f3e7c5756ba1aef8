package io.steelyard.net;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Makes sockets that clients find at an address. Any thread with a Libc of its own. */
final class SocketBinding {
  /** What waits for a loop that is busy; the kernel gives no more than net.core.rmem_max. */
  private static final int DATAGRAM_BYTES_WAITING = 1 << 20;

  private SocketBinding() {}

  static boolean isWildcard6(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        && inet.getAddress() instanceof Inet6Address ip
        && ip.isAnyLocalAddress();
  }

  /** Whether the kernel knows IPv6 at all. */
  static boolean hasIpv6(Libc libc) {
    int fd = libc.socket(Abi.AF_INET6, Abi.SOCK_STREAM | Abi.SOCK_CLOEXEC, 0);
    if (fd >= 0) {
      libc.close(fd);
    }
    return fd != -Errno.EAFNOSUPPORT;
  }

  /**
   * A socket that is bound, not blocking.
   *
   * @param type SOCK_STREAM or SOCK_DGRAM
   * @param beforehand also at an address that this host does not have yet
   * @throws IOException saying which address and why
   */
  static int bound(
      Libc libc, SocketAddress address, int type, boolean reusePort, boolean beforehand)
      throws IOException {
    Sockaddr to = Sockaddr.of(address);
    int fd = libc.socket(to.family(), type | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0);
    check(fd, address);
    try {
      if (type == Abi.SOCK_DGRAM) {
        // Not SO_REUSEADDR: with it others could bind the same address, and get what comes.
        tellDestination(libc, fd, to.family(), address);
        libc.setsockopt(fd, Abi.SOL_SOCKET, Abi.SO_RCVBUF, DATAGRAM_BYTES_WAITING);
      } else if (!to.unix()) {
        check(libc.setsockopt(fd, Abi.SOL_SOCKET, Abi.SO_REUSEADDR, 1), address);
        // Accepted sockets inherit it.
        check(libc.setsockopt(fd, Abi.IPPROTO_TCP, Abi.TCP_NODELAY, 1), address);
      }
      if (to.family() == Abi.AF_INET6) {
        boolean wildcard = ((InetSocketAddress) address).getAddress().isAnyLocalAddress();
        check(libc.setsockopt(fd, Abi.IPPROTO_IPV6, Abi.IPV6_V6ONLY, wildcard ? 0 : 1), address);
      }
      if (beforehand && to.family() == Abi.AF_INET6) {
        check(libc.setsockopt(fd, Abi.IPPROTO_IPV6, Abi.IPV6_FREEBIND, 1), address);
      } else if (beforehand && !to.unix()) {
        check(libc.setsockopt(fd, Abi.IPPROTO_IP, Abi.IP_FREEBIND, 1), address);
      }
      if (reusePort) {
        check(libc.setsockopt(fd, Abi.SOL_SOCKET, Abi.SO_REUSEPORT, 1), address);
      }
      check(libc.bind(fd, to.memory(), to.bytes()), address);
      return fd;
    } catch (IOException e) {
      libc.close(fd);
      throw e;
    }
  }

  static void check(int result, SocketAddress address) throws IOException {
    if (result < 0) {
      throw new IOException("cannot listen on " + text(address) + ": " + Errno.text(-result));
    }
  }

  /** Each datagram comes with the address that it was sent to (ip(7), RFC 3542 section 6.1). */
  private static void tellDestination(Libc libc, int fd, int family, SocketAddress address)
      throws IOException {
    check(
        family == Abi.AF_INET6
            ? libc.setsockopt(fd, Abi.IPPROTO_IPV6, Abi.IPV6_RECVPKTINFO, 1)
            : libc.setsockopt(fd, Abi.IPPROTO_IP, Abi.IP_PKTINFO, 1),
        address);
  }

  private static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      String host = inet.getAddress().isAnyLocalAddress() ? "" : inet.getAddress().getHostAddress();
      return (inet.getAddress() instanceof Inet6Address && !host.isEmpty()
              ? "[" + host + "]"
              : host)
          + ":"
          + inet.getPort();
    }
    return address.toString();
  }

  static SocketAddress localAddress(Libc libc, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocate(Sockaddr.BYTES_MAX, 8);
      MemorySegment n = arena.allocate(ValueLayout.JAVA_INT);
      n.set(ValueLayout.JAVA_INT, 0, Sockaddr.BYTES_MAX);
      libc.getsockname(fd, a, n);
      return Sockaddr.decode(a);
    }
  }
}
