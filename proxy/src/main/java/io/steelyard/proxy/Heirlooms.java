package io.steelyard.proxy;

import io.steelyard.core.snapshot.Overlap;
import io.steelyard.net.Descriptors;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Sockets that another process has handed over and that listeners may come to want. */
final class Heirlooms {
  static final Heirlooms NONE = new Heirlooms(Map.of());

  private final Map<SocketAddress, int[]> unused;
  private final List<SocketAddress> used = new ArrayList<>();

  Heirlooms(Map<SocketAddress, int[]> received) {
    unused = new HashMap<>(received);
  }

  /** Those of an address, which from now on are the caller's. */
  Optional<int[]> take(SocketAddress address) {
    Optional<int[]> taken = Optional.ofNullable(unused.remove(address));
    taken.ifPresent(_ -> used.add(address));
    return taken;
  }

  /** Whether the other process listens where one cannot be the only one then. */
  boolean overlap(SocketAddress address) {
    return Stream.concat(unused.keySet().stream(), used.stream())
        .anyMatch(other -> Overlap.between(other, address));
  }

  /** The addresses that were taken. */
  List<SocketAddress> used() {
    return List.copyOf(used);
  }

  /** Nobody wants the others. */
  void closeRest() {
    unused.values().forEach(Descriptors::close);
    unused.clear();
  }
}
