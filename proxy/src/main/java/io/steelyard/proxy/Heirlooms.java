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
  static final Heirlooms NONE = new Heirlooms(Map.of(), Map.of());

  /** A port of UDP is not that of TCP. */
  private record Place(SocketAddress address, boolean datagrams) {}

  private final Map<Place, int[]> unused = new HashMap<>();
  private final List<Place> used = new ArrayList<>();

  Heirlooms(Map<SocketAddress, int[]> streams, Map<SocketAddress, int[]> datagrams) {
    streams.forEach((address, fds) -> unused.put(new Place(address, false), fds));
    datagrams.forEach((address, fds) -> unused.put(new Place(address, true), fds));
  }

  /** Those of an address, which from now on are the caller's. */
  Optional<int[]> take(SocketAddress address, boolean datagrams) {
    Place place = new Place(address, datagrams);
    Optional<int[]> taken = Optional.ofNullable(unused.remove(place));
    taken.ifPresent(_ -> used.add(place));
    return taken;
  }

  /** Whether the other process listens where one cannot be the only one then. */
  boolean overlap(SocketAddress address, boolean datagrams) {
    return Stream.concat(unused.keySet().stream(), used.stream())
        .filter(other -> other.datagrams() == datagrams)
        .anyMatch(other -> Overlap.between(other.address(), address));
  }

  /** The addresses that were taken. */
  List<SocketAddress> used() {
    return used.stream().map(Place::address).distinct().toList();
  }

  /** Nobody wants the others. */
  void closeRest() {
    unused.values().forEach(Descriptors::close);
    unused.clear();
  }
}
