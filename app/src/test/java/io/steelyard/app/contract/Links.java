package io.steelyard.app.contract;

import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What two balancers tell each other through: a port of each, the ways from one to the other, and a
 * store if they share one, with the way of each to it.
 */
final class Links implements AutoCloseable {
  private final List<Integer> ports;
  private final List<Relay> toOther;
  private final Optional<RealServer> store;
  private final List<Relay> toStore;

  Links(Optional<StoreKind> stored, Path dir) throws IOException {
    ports = List.of(FreePorts.any(), FreePorts.any());
    toOther = List.of(new Relay(ports.get(1)), new Relay(ports.get(0)));
    store = stored.isPresent() ? Optional.of(stored.get().start(dir)) : Optional.empty();
    toStore =
        store.isPresent()
            ? List.of(new Relay(store.get().port()), new Relay(store.get().port()))
            : List.of();
  }

  /** Where balancer {@code index} listens for the other one. */
  int own(int index) {
    return ports.get(index);
  }

  /** Where it finds the other one. */
  int other(int index) {
    return toOther.get(index).port();
  }

  /** Where it finds the store. */
  int store(int index) {
    return toStore.get(index).port();
  }

  Optional<RealServer> store() {
    return store;
  }

  /** The two do not hear each other any more; of two that share a store one does not find it. */
  void part() {
    toOther.forEach(Relay::cut);
    toStore.stream().skip(1).forEach(Relay::cut);
  }

  void join() {
    toOther.forEach(Relay::join);
    toStore.forEach(Relay::join);
  }

  @Override
  public void close() {
    toOther.forEach(Relay::close);
    toStore.forEach(Relay::close);
    store.ifPresent(RealServer::close);
  }
}
