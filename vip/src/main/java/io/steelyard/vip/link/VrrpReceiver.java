package io.steelyard.vip.link;

import io.steelyard.wire.vrrp.VrrpDecoded;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Waits at several sockets and hands out what has come in: all of it, before whoever waits decides
 * anything. After a pause of this process that is what was sent meanwhile. One platform thread; any
 * thread wakes it.
 */
public final class VrrpReceiver implements AutoCloseable {
  /** Gets each packet, and from which socket. */
  public interface Sink {
    void received(VrrpSocket socket, VrrpDecoded decoded);
  }

  /** From one socket at a time: a flood does not keep its thread from all else. */
  private static final int PACKETS_MAX = 256;

  private final Waiter waiter = new Waiter();
  private List<VrrpSocket> sockets = List.of();

  public VrrpReceiver() throws IOException {}

  /** From now on it waits at these. */
  public void follow(Collection<VrrpSocket> next) {
    sockets = List.copyOf(next);
    waiter.watch(sockets.stream().mapToInt(VrrpSocket::descriptor).toArray());
  }

  /**
   * Waits for packets, at most so long, and hands out those that have come: 256 of each socket at
   * most.
   *
   * @return how many
   * @throws IOException of the first socket that cannot be read, after the others were
   */
  public int receive(long atMostNs, Sink sink) throws IOException {
    if (!waiter.await(atMostNs)) {
      return 0;
    }
    int count = 0;
    IOException first = null;
    for (VrrpSocket socket : sockets) {
      try {
        count += drain(socket, sink);
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return count;
  }

  private static int drain(VrrpSocket socket, Sink sink) throws IOException {
    for (int count = 0; count < PACKETS_MAX; count++) {
      Optional<VrrpDecoded> decoded = socket.receive();
      if (decoded.isEmpty()) {
        return count;
      }
      sink.received(socket, decoded.get());
    }
    return PACKETS_MAX;
  }

  /** Has {@link #receive} return; any thread. */
  public void wake() {
    waiter.wake();
  }

  @Override
  public void close() {
    waiter.close();
  }
}
