package io.steelyard.core.explain;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a request is to come in, as far as its URL says it.
 *
 * @param name of the listener, if somebody has named it
 * @param tls whether the client speaks TLS
 * @param port that the URL names, or its scheme stands for
 */
public record Door(Optional<String> name, Protocol protocol, boolean tls, int port) {
  /**
   * The listener that is meant: the one of that name; else the one that is alike and has that port;
   * else the only one that is alike.
   *
   * @throws NoListenerException saying which there are, if there is none, or no single one
   */
  public Listener among(List<Listener> listeners) throws NoListenerException {
    if (name.isPresent()) {
      return listeners.stream()
          .filter(l -> l.name().equals(name.get()))
          .findFirst()
          .orElseThrow(() ->
              new NoListenerException(
                  "There is no listener %s; there are: %s."
                      .formatted(name.get(), names(listeners))));
    }
    List<Listener> alike = listeners.stream().filter(this::isAlike).toList();
    if (alike.isEmpty()) {
      throw new NoListenerException(
          "No listener takes %s; there are: %s.".formatted(scheme(), names(listeners)));
    }
    Optional<Listener> same = alike.stream().filter(l -> port(l) == port).findFirst();
    if (same.isEmpty() && alike.size() > 1) {
      throw new NoListenerException(
          "No listener has port %d, and several take %s: name one of %s."
              .formatted(port, scheme(), names(alike)));
    }
    return same.orElseGet(alike::getFirst);
  }

  private boolean isAlike(Listener listener) {
    return listener.protocol() == protocol && listener.tls().isPresent() == tls;
  }

  private static int port(Listener listener) {
    return listener.address() instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  private String scheme() {
    String plain = protocol == Protocol.TCP ? "tcp" : "http";
    return tls ? plain + " over TLS" : plain;
  }

  private static String names(List<Listener> listeners) {
    return listeners.isEmpty()
        ? "none"
        : listeners.stream().map(Listener::name).collect(Collectors.joining(", "));
  }
}
