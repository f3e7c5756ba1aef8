package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Overlap;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Snapshot;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Sockets of one configuration that get in each other's way. Literal addresses were compared when
 * the file was read; what a name stands for is only known now. Decided alike at a start and at a
 * reload, which may find former sockets still open.
 */
final class Clashes {
  private record Socket(String whose, Address written, SocketAddress address, boolean datagrams) {}

  private Clashes() {}

  /** One line for each; none is the rule. */
  static List<String> of(Config config, Snapshot snapshot, SocketAddress admin) {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < config.listeners().size(); i++) {
      Address written = config.listeners().get(i).address();
      String whose = "listener " + config.listeners().get(i).name();
      Listener listener = snapshot.listeners().get(i);
      sockets.add(
          new Socket(whose, written, listener.address(), listener.protocol() == Protocol.UDP));
    }
    sockets.add(new Socket("admin", config.admin().address(), admin, false));
    List<String> errors = new ArrayList<>();
    for (int named = 0; named < sockets.size(); named++) {
      if (sockets.get(named).written().isName()) {
        compare(sockets, named, errors);
      }
    }
    return errors;
  }

  private static void compare(List<Socket> sockets, int named, List<String> errors) {
    Socket one = sockets.get(named);
    for (int i = 0; i < sockets.size(); i++) {
      Socket other = sockets.get(i);
      // A pair of names is reported once.
      boolean seen = i <= named && other.written().isName();
      if (!seen
          && one.datagrams() == other.datagrams()
          && Overlap.between(one.address(), other.address())) {
        errors.add(
            "%s: %s overlaps %s of %s"
                .formatted(one.whose(), one.written(), other.written(), other.whose()));
      }
    }
  }
}
