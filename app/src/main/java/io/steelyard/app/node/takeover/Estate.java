package io.steelyard.app.node.takeover;

import io.steelyard.core.session.SessionShard;
import io.steelyard.proxy.Heirloom;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;

/**
 * A process as the one that takes over from it needs it. Called by the one thread of {@link Giver},
 * in this order:
 *
 * <pre>
 *   pause -> listeners, parts, ... -> letGo -> handedOver -> gone
 *            `-> (the other process is gone) resume
 * </pre>
 */
public interface Estate {
  /** Empty: it can be taken over; else why not. */
  String reluctance();

  /**
   * Lets go of what only one process can have, such as the port for other nodes, and takes no other
   * configuration: what is handed over stays as it is.
   */
  void pause();

  /** Goes on as if nothing had happened. */
  void resume();

  /** Where clients are accepted. */
  List<Heirloom> listeners();

  /** Where operators are: descriptors of this process's, by their address. */
  Map<SocketAddress, Integer> adminSockets();

  /** What else goes with it. */
  List<HeirPart> parts();

  /** A stamp that is later than that of every session noted so far. */
  long stampSessions();

  /** Visits all sessions. */
  void visitSessions(SessionShard.Visitor visitor);

  /** Another process serves: what only one of both can own is its own from now on. At once. */
  void letGo();

  /** Another process accepts everywhere: nobody is accepted here any more. */
  void handedOver();

  /** All is handed over: finishes what is in flight, and ends. */
  void gone();
}
