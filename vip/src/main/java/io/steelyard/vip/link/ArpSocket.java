package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import io.steelyard.wire.link.ArpPacket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Hears the ARP packets of others on one link (packet(7)). Nobody is woken by them: who wants to
 * know looks now and then, and what does not fit into the socket's buffer by then is lost. One
 * thread.
 */
public final class ArpSocket implements AutoCloseable {
  /** A flood does not keep its thread from all else. */
  private static final int PACKETS_MAX = 256;

  private static final int SOCKADDR_LL_BYTES = 20;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment frame = arena.allocate(ArpPacket.FRAME_BYTES, 8);
  private final Libc libc = new Libc();
  private final Link link;
  private final int fd;

  /** Opens it; {@link SystemError} says what is missing. */
  public ArpSocket(Link link) throws IOException {
    this.link = link;
    // The kernel wants the type in the order of bytes of the network.
    short type = Short.reverseBytes((short) Abi.ETH_P_ARP);
    fd = libc.socket(Abi.AF_PACKET, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      arena.close();
    }
    SystemError.check(fd, "no socket to hear ARP", "CAP_NET_RAW");
    MemorySegment at = arena.allocate(SOCKADDR_LL_BYTES, 4);
    at.set(JAVA_SHORT, 0, (short) Abi.AF_PACKET);
    at.set(JAVA_SHORT, 2, type);
    at.set(JAVA_INT, 4, link.index());
    int bound = libc.bind(fd, at, SOCKADDR_LL_BYTES);
    if (bound < 0) {
      close();
    }
    SystemError.check(bound, "ARP cannot be heard on " + link.name(), "CAP_NET_RAW");
  }

  /** Where it hears. */
  public Link link() {
    return link;
  }

  /** Hands out what has come in since the last time: 256 packets at most. Does not wait. */
  public void receive(Consumer<ArpPacket> sink) {
    for (int count = 0; count < PACKETS_MAX; count++) {
      int length = libc.recv(fd, frame.address(), ArpPacket.FRAME_BYTES, Abi.MSG_DONTWAIT);
      if (length < 0) {
        return;
      }
      ArpPacket.read(frame.asSlice(0, length).toArray(JAVA_BYTE)).ifPresent(sink);
    }
  }

  @Override
  public void close() {
    libc.close(fd);
    arena.close();
  }
}
