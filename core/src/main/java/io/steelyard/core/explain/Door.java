package io.steelyard.core.explain;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a request is to come in, as far as its URL says it.
 *
 * @param name of the listener, if somebody has named it
 * @param tls whether the client speaks TLS
 * @param address that the URL names, if it names one
 * @param port that the URL names, or its scheme stands for
 */
public record Door(
    Optional<String> name,
    Protocol protocol,
    boolean tls,
    Optional<InetAddress> address,
    int port) {
  /**
   * The listener that is meant: the one of that name; else of those that are alike the one that has
   * that port, and of several the one that has the URL's address; else the only one that is alike.
   *
   * @throws NoListenerException saying which there are, if there is none, or no single one
   */
  public Listener among(List<Listener> listeners) throws NoListenerException {
    List<Listener> alike = listeners.stream().filter(this::isAlike).toList();
    if (name.isPresent()) {
      return named(name.get(), alike, listeners);
    }
    if (alike.isEmpty()) {
      throw new NoListenerException(
          "No listener takes %s; there are: %s.".formatted(scheme(), names(listeners)));
    }
    if (port > 0 && alike.stream().noneMatch(l -> port(l) == port)) {
      List<Listener> others = listeners.stream().filter(l -> port(l) == port).toList();
      if (!others.isEmpty()) {
        throw new NoListenerException(
            "Who listens on port %d does not take %s: %s."
                .formatted(port, scheme(), names(others)));
      }
    }
    List<Listener> same = alike.stream().filter(l -> port(l) == port).toList();
    List<Listener> exact = same.stream().filter(this::hasAddress).toList();
    List<Listener> meant = exact.size() == 1 ? exact : same.isEmpty() ? alike : same;
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    throw new NoListenerException(
        same.isEmpty()
            ? "No listener has port %d, and several take %s: name one of %s."
                .formatted(port, scheme(), names(alike))
            : "Several listeners have port %d: name one of %s.".formatted(port, names(same)));
  }

  private Listener named(String wanted, List<Listener> alike, List<Listener> all)
      throws NoListenerException {
    Optional<Listener> found = alike.stream().filter(l -> l.name().equals(wanted)).findFirst();
    if (found.isPresent()) {
      return found.get();
    }
    boolean other = all.stream().anyMatch(l -> l.name().equals(wanted));
    throw new NoListenerException(
        other
            ? "Listener %s does not take %s.".formatted(wanted, scheme())
            : "There is no listener %s; there are: %s.".formatted(wanted, names(all)));
  }

  private boolean isAlike(Listener listener) {
    return listener.protocol() == protocol && listener.tls().isPresent() == tls;
  }

  private boolean hasAddress(Listener listener) {
    return listener.address() instanceof InetSocketAddress inet
        && address.filter(a -> a.equals(inet.getAddress())).isPresent();
  }

  private static int port(Listener listener) {
    return listener.address() instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  private String scheme() {
    String plain = protocol.name().toLowerCase(Locale.ROOT);
    return tls ? plain + " over TLS" : plain;
  }

  private static String names(List<Listener> listeners) {
    return listeners.isEmpty()
        ? "none"
        : listeners.stream().map(Listener::name).collect(Collectors.joining(", "));
  }
}
