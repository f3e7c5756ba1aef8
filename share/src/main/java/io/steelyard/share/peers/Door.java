package io.steelyard.share.peers;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Accepts connections, each on a virtual thread. Those that have not proved themselves are bounded:
 * one more, and the one that has taken longest so far is closed at once. A genuine handshake takes
 * milliseconds, so that somebody who opens connections and says nothing keeps nobody out.
 */
final class Door implements Closeable {
  private static final Logger LOG = System.getLogger("steelyard.share");
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int BACKLOG = 128;

  /** After a failure to accept, such as no file descriptor being free. */
  private static final long PAUSE_NS = 100_000_000;

  private final ServerSocket server = new ServerSocket();
  private final Encounter encounter;
  private final int handshakesMax;

  /** In the order in which they came; also guards {@link #closed}. */
  private final Set<Socket> unproven = new LinkedHashSet<>();

  private final Thread thread;
  private boolean closed;

  /** Bound, but takes nobody in before {@link #open}. */
  Door(InetSocketAddress bind, Encounter encounter, int handshakesMax) throws IOException {
    this.encounter = encounter;
    this.handshakesMax = handshakesMax;

    this.thread = Thread.ofVirtual().name("peer accept").unstarted(this::acceptAll);
    try {
      server.bind(bind, BACKLOG);
    } catch (BindException e) {
      server.close();
      throw new BindException(
          "cannot listen for other nodes on TCP port %d of %s ('cluster.bind'): %s"
              .formatted(bind.getPort(), bind.getHostString(), e.getMessage()));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  void open() {
    thread.start();
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void acceptAll() {
    String lastFailure = "";
    while (!server.isClosed()) {
      try {
        admit(server.accept());
        lastFailure = "";
      } catch (IOException e) {
        String failure = Complaints.words(e);
        if (!server.isClosed() && !failure.equals(lastFailure)) {
          LOG.log(Level.ERROR, "no peer can be accepted: " + failure);
          lastFailure = failure;
        }
        if (!server.isClosed()) {
          LockSupport.parkNanos(PAUSE_NS);
        }
      }
    }
  }

  private void admit(Socket socket) {
    synchronized (unproven) {
      if (closed) {
        closeQuietly(socket);
        return;
      }
      if (unproven.size() >= handshakesMax) {
        Socket eldest = unproven.iterator().next();
        unproven.remove(eldest);
        // Its thread counts it.
        closeQuietly(eldest);
      }
      unproven.add(socket);
    }
    Thread.ofVirtual()
        .name("peer read")
        .start(() -> encounter.meet(socket, false, name -> {}, () -> settled(socket)));
  }

  private void settled(Socket socket) {
    synchronized (unproven) {
      unproven.remove(socket);
    }
  }

  /** Takes nobody in any more, and leaves the port, for which it waits a second at most. */
  @Override
  public void close() throws IOException {
    synchronized (unproven) {
      closed = true;
      unproven.forEach(Door::closeQuietly);
    }
    server.close();
    awaitEnd();
  }

  /** The port is only free when nobody is about to accept any more. */
  private void awaitEnd() {
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing more to lose with it.
    }
  }
}
