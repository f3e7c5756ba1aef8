package io.steelyard.proxy;

import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.snapshot.Listener;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Where clients come in on one loop, whatever they speak. Follows the snapshots by name. Loop
 * thread only.
 */
interface Entrance {
  String name();

  /** How many clients there are: connections, or sessions of datagrams. */
  int connections();

  /** Follows a new snapshot: a listener together with the pools that it numbers. */
  void follow(Listener next, LoopPool[] pools);

  /** Begins to let clients in. */
  void open();

  /**
   * Lets nobody in any more; what is under way ends in its own time. The socket may be closed
   * afterwards.
   */
  void drain();

  /** The same, but who is connected and asks for nothing may still ask once. */
  void stopAccepting();

  /** Looks for clients that wait although nobody was told of them. */
  void lookForClients();

  /** Connections that ask for nothing end. */
  void closeIdle();

  /** The end of those that are connected now is waited for, not of those that come later. */
  void markAwaited();

  /** How many of those are still there, or how many have come later to ask for something. */
  int requesting(boolean awaited);

  /** Ends what goes to these addresses of this host; how many clients notice. */
  int resetAt(Predicate<InetAddress> moving);

  /** A listener is about to begin whose socket may be one that is still held here. */
  void makeWay(Listener next);

  /** Ends everything at once. */
  void closeAll();

  /** What would become of a request that nobody has sent. */
  Routed explain(Inquiry inquiry);
}
