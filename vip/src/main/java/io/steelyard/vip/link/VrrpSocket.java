package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.steelyard.core.address.IpText;
import io.steelyard.net.Errno;
import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import io.steelyard.wire.vrrp.VrrpAdvertisement;
import io.steelyard.wire.vrrp.VrrpCodec;
import io.steelyard.wire.vrrp.VrrpDecoded;
import io.steelyard.wire.vrrp.VrrpReceived;
import io.steelyard.wire.vrrp.VrrpRefusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A raw socket for VRRP on one link and one version of IP. It never waits: that is done by {@link
 * VrrpReceiver}. Any thread.
 */
public final class VrrpSocket implements AutoCloseable {
  private static final InetAddress GROUP = InetAddress.ofLiteral("224.0.0.18");
  private static final InetAddress GROUP6 = InetAddress.ofLiteral("ff02::12");

  /** "Internetwork control" (RFC 791), and the kernel's band for it. */
  private static final int TRAFFIC_CLASS = 0xc0;

  private static final int PRIORITY = 6;

  private final Arena arena = Arena.ofShared();
  private final Libc libc = new Libc();
  private final Link link;
  private final boolean ipv6;
  private final InetAddress source;
  private final VrrpTransport transport;
  private final Set<InetAddress> peers;
  private final int fd;
  private final Datagram sent = new Datagram(arena);
  private final Datagram received = new Datagram(arena);
  private boolean closed;

  private VrrpSocket(
      Link link, boolean ipv6, InetAddress source, VrrpTransport transport, boolean receives)
      throws IOException {
    this.link = link;
    this.ipv6 = ipv6;
    this.source = source;
    this.transport = transport;
    this.peers = new HashSet<>(transport.peers());
    int family = ipv6 ? Abi.AF_INET6 : Abi.AF_INET;
    fd = libc.socket(family, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, VrrpCodec.PROTOCOL);
    SystemError.check(fd, "no socket for VRRP on " + link.name(), "CAP_NET_RAW");
    try {
      prepare(receives);
    } catch (IOException e) {
      libc.close(fd);
      arena.close();
      throw e;
    }
  }

  /**
   * Opens one.
   *
   * @param source an address of the link that adverts come from, see {@link Link#source}
   */
  public static VrrpSocket open(
      Link link, boolean ipv6, InetAddress source, VrrpTransport transport) throws IOException {
    return new VrrpSocket(link, ipv6, source, transport, true);
  }

  /** One that is for sending only, and joins no group. */
  public static VrrpSocket forSending(
      Link link, boolean ipv6, InetAddress source, VrrpTransport transport) throws IOException {
    return new VrrpSocket(link, ipv6, source, transport, false);
  }

  private void prepare(boolean receives) throws IOException {
    MemorySegment name = arena.allocateFrom(link.name());
    int bytes = link.name().length() + 1;
    done(libc.setsockopt(fd, Abi.SOL_SOCKET, Abi.SO_BINDTODEVICE, name, bytes), "SO_BINDTODEVICE");
    set(Abi.SOL_SOCKET, Abi.SO_PRIORITY, PRIORITY);
    if (!receives) {
      set(Abi.SOL_SOCKET, Abi.SO_RCVBUF, 1);
    }
    if (ipv6) {
      prepareIpv6(receives);
    } else {
      prepareIpv4(receives);
    }
  }

  private void prepareIpv4(boolean receives) throws IOException {
    set(Abi.IPPROTO_IP, Abi.IP_TTL, VrrpCodec.HOP_LIMIT);
    set(Abi.IPPROTO_IP, Abi.IP_MULTICAST_TTL, VrrpCodec.HOP_LIMIT);
    set(Abi.IPPROTO_IP, Abi.IP_MULTICAST_LOOP, 0);
    set(Abi.IPPROTO_IP, Abi.IP_MULTICAST_ALL, 0);
    set(Abi.IPPROTO_IP, Abi.IP_TOS, TRAFFIC_CLASS);
    // struct ip_mreqn: the group, the local address, the link's index.
    MemorySegment membership = arena.allocate(12, 4);
    MemorySegment.copy(MemorySegment.ofArray(GROUP.getAddress()), 0, membership, 0, 4);
    membership.set(JAVA_INT, 8, link.index());
    int r = libc.setsockopt(fd, Abi.IPPROTO_IP, Abi.IP_MULTICAST_IF, membership, 12);
    done(r, "IP_MULTICAST_IF");
    if (receives && !transport.isUnicast()) {
      r = libc.setsockopt(fd, Abi.IPPROTO_IP, Abi.IP_ADD_MEMBERSHIP, membership, 12);
      done(r, "IP_ADD_MEMBERSHIP");
    }
  }

  private void prepareIpv6(boolean receives) throws IOException {
    set(Abi.IPPROTO_IPV6, Abi.IPV6_UNICAST_HOPS, VrrpCodec.HOP_LIMIT);
    set(Abi.IPPROTO_IPV6, Abi.IPV6_MULTICAST_HOPS, VrrpCodec.HOP_LIMIT);
    set(Abi.IPPROTO_IPV6, Abi.IPV6_MULTICAST_LOOP, 0);
    set(Abi.IPPROTO_IPV6, Abi.IPV6_MULTICAST_ALL, 0);
    set(Abi.IPPROTO_IPV6, Abi.IPV6_MULTICAST_IF, link.index());
    set(Abi.IPPROTO_IPV6, Abi.IPV6_TCLASS, TRAFFIC_CLASS);
    set(Abi.IPPROTO_IPV6, Abi.IPV6_RECVHOPLIMIT, 1);
    set(Abi.IPPROTO_IPV6, Abi.IPV6_RECVPKTINFO, 1);
    if (receives && !transport.isUnicast()) {
      MemorySegment membership = arena.allocate(20, 4);
      MemorySegment.copy(MemorySegment.ofArray(GROUP6.getAddress()), 0, membership, 0, 16);
      membership.set(JAVA_INT, 16, link.index());
      int r = libc.setsockopt(fd, Abi.IPPROTO_IPV6, Abi.IPV6_ADD_MEMBERSHIP, membership, 20);
      done(r, "IPV6_ADD_MEMBERSHIP");
    }
  }

  private void set(int level, int option, int value) throws IOException {
    done(libc.setsockopt(fd, level, option, value), "socket option " + level + "/" + option);
  }

  private void done(int result, String what) throws IOException {
    SystemError.check(result, what + " for VRRP on " + link.name(), "CAP_NET_RAW");
  }

  public Link link() {
    return link;
  }

  /** What adverts come from: of two of the same priority, the higher one wins. */
  public InetAddress source() {
    return source;
  }

  /** Whether it is for IPv6. */
  public boolean ipv6() {
    return ipv6;
  }

  /**
   * Sends to the group, or to every peer; none is left out because of another.
   *
   * @return how many packets went out
   * @throws IOException of the first that did not
   */
  public synchronized int send(VrrpAdvertisement advertisement) throws IOException {
    if (closed) {
      throw new IOException("the socket for VRRP on " + link.name() + " is closed");
    }
    List<InetAddress> destinations =
        transport.isUnicast() ? transport.peers() : List.of(ipv6 ? GROUP6 : GROUP);
    int count = 0;
    IOException first = null;
    for (InetAddress to : destinations) {
      int r = send(fd, advertisement, to);
      if (r >= 0) {
        count++;
      } else if (first == null) {
        String what = "no advert to " + IpText.of(to) + " over " + link.name();
        first = SystemError.of(what, -r, "CAP_NET_RAW");
      }
    }
    if (first != null) {
      throw first;
    }
    return count;
  }

  private int send(int descriptor, VrrpAdvertisement advertisement, InetAddress to) {
    byte[] packet = VrrpCodec.encode(advertisement, source, to, transport.checksum());
    MemorySegment message = sent.toSend(packet, source, to, link.index());
    return libc.sendmsg(descriptor, message, Abi.MSG_DONTWAIT | Abi.MSG_NOSIGNAL);
  }

  /**
   * The next packet of anybody else that has come in.
   *
   * @return nothing when there is none
   */
  public synchronized Optional<VrrpDecoded> receive() throws IOException {
    if (closed) {
      return Optional.empty();
    }
    int got = libc.recvmsg(fd, received.toReceive(), Abi.MSG_DONTWAIT);
    if (got == -Errno.EAGAIN || got == -Errno.EINTR) {
      return Optional.empty();
    }
    SystemError.check(got, "VRRP on " + link.name() + " cannot be received", "CAP_NET_RAW");
    return Optional.of(expected(decode(got)));
  }

  int descriptor() {
    return fd;
  }

  private VrrpDecoded decode(int bytes) {
    if (!ipv6) {
      return VrrpCodec.decodeIpv4(received.bytes(bytes), bytes, transport.hopLimitMin());
    }
    Optional<InetAddress> destination = received.destination();
    if (destination.isEmpty()) {
      return VrrpRefusal.HEADER;
    }
    return VrrpCodec.decodeIpv6(
        received.bytes(bytes),
        bytes,
        received.hopLimit(),
        transport.hopLimitMin(),
        received.source(),
        destination.get());
  }

  /** Whether a good packet came on the way that was configured. */
  private VrrpDecoded expected(VrrpDecoded decoded) {
    if (!(decoded instanceof VrrpReceived good)) {
      return decoded;
    }
    boolean toGroup = good.destination().equals(ipv6 ? GROUP6 : GROUP);
    if (toGroup == transport.isUnicast()) {
      return VrrpRefusal.DESTINATION;
    }
    return toGroup || peers.contains(good.source()) ? decoded : VrrpRefusal.SOURCE;
  }

  /** Links all that is called, and tries it out without sending anything. */
  public synchronized void warmUp() throws IOException {
    InetAddress any = InetAddress.ofLiteral(ipv6 ? "2001:db8::1" : "192.0.2.1");
    VrrpAdvertisement advertisement = new VrrpAdvertisement(1, 1, 1, List.of(any));
    send(-1, advertisement, ipv6 ? GROUP6 : GROUP);
    byte[] packet = VrrpCodec.encode(advertisement, source, any, transport.checksum());
    VrrpCodec.decodeIpv6(packet, packet.length, 1, 1, source, any);
    libc.recvmsg(-1, received.toReceive(), Abi.MSG_DONTWAIT);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      libc.close(fd);
      arena.close();
    }
  }

  @Override
  public String toString() {
    return link.name() + (ipv6 ? "/v6" : "/v4") + " from " + IpText.of(source);
  }
}
