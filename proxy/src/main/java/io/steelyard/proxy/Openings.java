package io.steelyard.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The connections of a listener of which something is awaited. Loop thread only. */
final class Openings {
  private final Set<Opening> all = new HashSet<>();

  /** Returns it, waiting. */
  <T extends Opening> T add(T opening) {
    all.add(opening);
    opening.start();
    return opening;
  }

  /** Whether it was there. */
  boolean remove(Opening opening) {
    return all.remove(opening);
  }

  int size() {
    return all.size();
  }

  void hurry() {
    all.forEach(Opening::hurry);
  }

  void close() {
    List.copyOf(all).forEach(Opening::close);
  }

  /** Ends those at these addresses; how many. */
  int closeAt(Predicate<InetAddress> addresses) {
    int closed = 0;
    for (Opening opening : List.copyOf(all)) {
      if (opening.localAddress() instanceof InetSocketAddress at
          && addresses.test(at.getAddress())) {
        opening.close();
        closed++;
      }
    }
    return closed;
  }
}
