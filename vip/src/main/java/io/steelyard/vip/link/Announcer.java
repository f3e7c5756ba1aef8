package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.core.address.IpText;
import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import io.steelyard.wire.link.Announcement;
import io.steelyard.wire.link.ArpPacket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Tells the neighbours on a link that an address is here now: gratuitous ARP requests, unsolicited
 * neighbour advertisements (packet(7)); and asks whether it is somebody else's. Any thread.
 */
public final class Announcer implements AutoCloseable {
  private static final int FRAME_BYTES_MAX = 128;
  private static final int SOCKADDR_LL_BYTES = 20;
  private static final int HARDWARE_BYTES = 6;
  private static final Link LOOPBACK = new Link("lo", 1, "00:00:00:00:00:00", List.of());

  private final Arena arena = Arena.ofShared();
  private final MemorySegment frame = arena.allocate(FRAME_BYTES_MAX, 8);
  private final MemorySegment to = arena.allocate(SOCKADDR_LL_BYTES, 4);
  private final Libc libc = new Libc();
  private final int fd;

  /** Protocol 0: it sends only. */
  public Announcer() throws IOException {
    fd = libc.socket(Abi.AF_PACKET, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      arena.close();
    }
    SystemError.check(fd, "no socket for ARP", "CAP_NET_RAW");
  }

  /** Says once that {@code address} is at this link's hardware address. */
  public void announce(Link link, InetAddress address) throws IOException {
    byte[] bytes = Announcement.of(hardware(link, address), address, link.isRouter());
    SystemError.check(
        send(link, bytes),
        IpText.of(address) + " cannot be announced on " + link.name(),
        "CAP_NET_RAW");
  }

  private static byte[] hardware(Link link, InetAddress address) throws IOException {
    byte[] hardware = link.hardwareBytes();
    if (hardware.length != HARDWARE_BYTES) {
      throw new IOException(link.name() + " is no Ethernet: " + address + " cannot be announced");
    }
    return hardware;
  }

  /** Asks once who has {@code address}, without any claim to it ({@link ArpPacket#probe}). */
  public void probe(Link link, Inet4Address address) throws IOException {
    byte[] bytes = ArpPacket.probe(hardware(link, address), address);
    SystemError.check(
        send(link, bytes),
        link.name() + " cannot be asked who has " + IpText.of(address),
        "CAP_NET_RAW");
  }

  private synchronized int send(Link link, byte[] bytes) {
    MemorySegment.copy(bytes, 0, frame, JAVA_BYTE, 0, bytes.length);
    to.fill((byte) 0);
    to.set(JAVA_SHORT, 0, (short) Abi.AF_PACKET);
    // The frame's own EtherType, in the order of bytes that it has there.
    to.set(JAVA_BYTE, 2, bytes[12]);
    to.set(JAVA_BYTE, 3, bytes[13]);
    to.set(JAVA_INT, 4, link.index());
    to.set(JAVA_BYTE, 11, (byte) HARDWARE_BYTES);
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, 12, HARDWARE_BYTES);
    return libc.sendto(fd, frame.address(), bytes.length, Abi.MSG_DONTWAIT, to, SOCKADDR_LL_BYTES);
  }

  /** Links all that is called and tries it out on the loopback, where nobody heeds it. */
  public void warmUp() {
    send(LOOPBACK, Announcement.of(LOOPBACK.hardwareBytes(), InetAddress.ofLiteral("::1"), false));
  }

  @Override
  public synchronized void close() {
    libc.close(fd);
    arena.close();
  }
}
