package io.steelyard.share.peers;

import io.steelyard.share.peers.Encounter.Ending;
import io.steelyard.share.peers.Encounter.Outcome;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Dials one address for as long as it is wanted, on a virtual thread.
 *
 * <pre>
 *            +--------------- link broken, or no link: back off -----------------+
 *            v                                                                   |
 *   look up, connect, meet --+-- chosen --> link lives, on this thread ----------+
 *            ^               +-- refused, no answer -----------------------------+
 *            |               +-- duplicate: wait until that link is gone --------+
 *            |               +-- this node itself --> done
 * </pre>
 */
final class Dialer {
  private static final Logger LOG = System.getLogger("steelyard.share");

  /** A name may point to another node by then, though the one it pointed to is still linked. */
  private static final Duration DUPLICATE_PATIENCE = Duration.ofSeconds(30);

  private final PeerAddress address;
  private final Encounter encounter;
  private final Registry<PeerLink> registry;
  private final PeersOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean stopped;
  private Socket socket;
  private int attempts;
  private String lastFailure = "";

  /** Who was met there last; empty: nobody yet. */
  private volatile String node = "";

  /** Whether that is this node itself. */
  private volatile boolean self;

  Dialer(
      PeerAddress address, Encounter encounter, Registry<PeerLink> registry, PeersOptions options) {
    this.address = address;
    this.encounter = encounter;
    this.registry = registry;
    this.options = options;
    this.thread = Thread.ofVirtual().name("peer dial " + address).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Whether there is no link with another node whose address this is. */
  boolean isAway() {
    return !self && (node.isEmpty() || registry.link(node).isEmpty());
  }

  /** Whether that node was met there last. */
  boolean leadsTo(String name) {
    return node.equals(name);
  }

  /** Ends it, and its link if there is one; does not wait. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // Its thread sees the end in any case.
    } finally {
      lock.unlock();
    }
  }

  /** A link is gone, perhaps the one that made this one wait. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      long backoffNs = options.backoffMin().toNanos();
      while (isWanted()) {
        long startNs = System.nanoTime();
        Outcome outcome = dial();
        if (outcome.ending() == Ending.SELF) {
          self = true;
          LOG.log(Level.DEBUG, "peer " + address + " is this node itself");
          return;
        }
        if (outcome.ending() == Ending.DUPLICATE) {
          awaitGone(outcome.node());
        }
        // A link that breaks as soon as it is made is no better than none.
        boolean lasted = System.nanoTime() - startNs > options.backoffMax().toNanos();
        if (outcome.ending() != Ending.REFUSED && lasted) {
          backoffNs = options.backoffMin().toNanos();
        }
        backOff(backoffNs);
        backoffNs = Math.min(2 * backoffNs, options.backoffMax().toNanos());
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it but a machine that ends.
    }
  }

  private boolean isWanted() {
    lock.lock();
    try {
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  private Outcome dial() {
    try (Socket connection = new Socket()) {
      InetAddress[] all = address.lookUp();
      InetAddress one = all[attempts++ % all.length];
      if (!hold(connection)) {
        return new Outcome(Ending.REFUSED, "", "not wanted any more");
      }
      InetSocketAddress target = new InetSocketAddress(one, address.port());
      connection.connect(target, Math.toIntExact(options.handshake().toMillis()));
      Outcome outcome = encounter.meet(connection, true, name -> node = name, () -> {});
      lastFailure = outcome.ending() == Ending.REFUSED ? lastFailure : "";
      return outcome;
    } catch (RuntimeException e) {
      // A defect met once must not end the dialling for ever.
      LOG.log(Level.ERROR, "the dial of peer " + address + " failed", e);
      return new Outcome(Ending.REFUSED, "", "a defect");
    } catch (IOException e) {
      String failure = Complaints.words(e);
      complain(failure);
      return new Outcome(Ending.REFUSED, "", failure);
    } finally {
      hold(null);
    }
  }

  private boolean hold(Socket connection) {
    lock.lock();
    try {
      socket = connection;
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Once for each kind of failure, not for each attempt. */
  private void complain(String failure) {
    if (isWanted() && !lastFailure.equals(failure)) {
      lastFailure = failure;
      LOG.log(Level.WARNING, "peer " + address + " cannot be reached: " + failure);
    }
  }

  private void awaitGone(String node) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = DUPLICATE_PATIENCE.toNanos();
      while (!stopped && registry.link(node).isPresent() && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for half to all of the time, so that nodes do not dial in step. */
  private void backOff(long limitNs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = ThreadLocalRandom.current().nextLong(limitNs / 2, limitNs + 1);
      while (!stopped && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
      }
    } finally {
      lock.unlock();
    }
  }
}
