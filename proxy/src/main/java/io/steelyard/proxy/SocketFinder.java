package io.steelyard.proxy;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Overlap;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.net.ListenSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the sockets of a listener that is about to begin: those that another process has handed
 * over, those of a listener that is about to stop, or new ones.
 *
 * @param open what this process listens at
 * @param heirlooms what was handed over
 * @param held whether nobody is to get in line yet
 * @param beforehand addresses that this host may get later
 */
record SocketFinder(
    int loops,
    Collection<Proxy.Open> open,
    Heirlooms heirlooms,
    boolean held,
    Predicate<InetAddress> beforehand) {

  /**
   * A socket of its own; where this process has one already, of a listener that is about to stop
   * (no two of a configuration overlap), the same one, or one beside it if only the addresses
   * overlap.
   */
  ListenSocket find(Listener listener) throws IOException {
    boolean datagrams = listener.protocol() == Protocol.UDP;
    SocketAddress address = listener.address();
    Optional<int[]> received = heirlooms.take(address, datagrams);
    if (received.isPresent()) {
      return datagrams
          ? ListenSocket.adoptDatagrams(received.get(), loops)
          : ListenSocket.adopt(address, received.get(), loops);
    }
    Optional<Proxy.Open> ours =
        open.stream()
            .filter(o -> o.socket().datagrams() == datagrams)
            .filter(o -> Overlap.between(o.listener().address(), address))
            .findAny();
    if (ours.isPresent() && ours.get().listener().address().equals(address)) {
      return ours.get().socket().handOver();
    }
    boolean alone = ours.isEmpty() && !heirlooms.overlap(address, datagrams);
    boolean mayCome =
        address instanceof InetSocketAddress inet && beforehand.test(inet.getAddress());
    if (datagrams) {
      return ListenSocket.openDatagrams((InetSocketAddress) address, loops, alone, mayCome);
    }
    return held
        ? ListenSocket.bind(address, loops, alone, mayCome)
        : ListenSocket.open(address, loops, alone, mayCome);
  }
}
