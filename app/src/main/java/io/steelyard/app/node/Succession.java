package io.steelyard.app.node;

import io.steelyard.app.node.cluster.NodeCluster;
import io.steelyard.app.node.sharing.NodeSharing;
import io.steelyard.app.node.takeover.Estate;
import io.steelyard.app.node.takeover.Giver;
import io.steelyard.app.node.takeover.Heir;
import io.steelyard.app.node.takeover.HeirPart;
import io.steelyard.app.node.takeover.Meeting;
import io.steelyard.app.node.takeover.OwnedVips;
import io.steelyard.control.Controller;
import io.steelyard.control.Inheritance;
import io.steelyard.core.session.SessionShard;
import io.steelyard.proxy.Heirloom;
import io.steelyard.proxy.Proxy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as one in a row of processes: takes over from the one before, and is taken over from by
 * the one that follows.
 *
 * <pre>
 *   the new process                                the old process
 *   inherit: sockets, what is known       <-----   goes on; lets go of the port for other nodes
 *   first configuration; nobody accepts
 *   sessions                              <-----
 *   first checks; sessions since          <-----
 *   admin API; accepts                             accepts, too
 *   SERVING                               ----->   accepts nobody any more
 *   leases; the last sessions             <-----   drains, as at TERM
 * </pre>
 */
final class Succession implements Estate, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  /** For the first checks, and for other nodes' sessions. */
  private static final Duration READY_MAX = Duration.ofSeconds(60);

  private static final Duration READY_POLL = Duration.ofMillis(5);

  /** When to look for clients whose coming may have been told to the old process only. */
  private static final List<Integer> LOOKS_MS = List.of(0, 10, 50, 250, 1000, 5000);

  private final Proxy proxy;
  private final Controller controller;
  private final AdminApi admin;
  private final NodeSharing sharing;
  private final NodeCluster cluster;
  private final List<HeirPart> parts;
  private volatile Heir heir;
  private volatile Giver giver;
  private volatile Signals signals;

  Succession(
      Proxy proxy,
      Controller controller,
      AdminApi admin,
      NodeSharing sharing,
      NodeCluster cluster) {
    this.proxy = proxy;
    this.controller = controller;
    this.admin = admin;
    this.sharing = sharing;
    this.cluster = cluster;
    this.parts =
        List.of(new Standings(controller), new Facts(sharing), vips(cluster), new Last(cluster));
  }

  private static HeirPart vips(NodeCluster cluster) {
    return new OwnedVips(cluster::inheritable, cluster::inherit);
  }

  /** What is known of the servers, and the secret of this process's cookies. */
  private record Standings(Controller controller) implements HeirPart {
    @Override
    public String name() {
      return "standings";
    }

    @Override
    public byte[] give() {
      return controller.inheritance().text().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void take(byte[] value) {
      controller.inherit(Inheritance.read(new String(value, StandardCharsets.UTF_8)));
    }
  }

  /** What nodes have told each other. */
  private record Facts(NodeSharing sharing) implements HeirPart {
    @Override
    public String name() {
      return "facts";
    }

    @Override
    public byte[] give() {
      return sharing.facts();
    }

    @Override
    public void take(byte[] value) {
      sharing.learn(value);
    }
  }

  /** What other nodes have granted, and know this one by. */
  private record Last(NodeCluster cluster) implements HeirPart {
    @Override
    public String name() {
      return "leases";
    }

    @Override
    public byte[] give() {
      return new byte[0];
    }

    @Override
    public void take(byte[] value) {
      // Nothing is sure before that process has let go.
    }

    @Override
    public Optional<byte[]> lastWord() {
      return Optional.of(cluster.lastWord().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void takeLast(byte[] value) {
      cluster.inheritLast(new String(value, StandardCharsets.UTF_8));
    }
  }

  // ---- the new process

  /** Before the first configuration. */
  void inherit(Heir from) {
    heir = from;
    cluster.succeed();
    from.tell(parts);
    admin.inherit(from);
    proxy.inherit(from.takeListeners(), from.takeDatagrams());
  }

  /** It is about to take over from another process. */
  boolean isHeir() {
    return heir != null;
  }

  /** Opens the admin API. */
  interface Opening {
    void open() throws IOException;
  }

  /** The first configuration is there: serves, and lets the old process go, if there is one. */
  void succeed(Opening opening) throws IOException {
    Heir from = heir;
    if (from == null) {
      opening.open();
      return;
    }
    try (from) {
      int sessions = sessions(from);
      awaitReady();
      sessions += sessions(from);
      opening.open();
      List<SocketAddress> used = proxy.accept();
      sessions += lastSessions(from, used);
      LOG.log(
          Level.INFO,
          "took over: {0} listening addresses, {1} sessions",
          Integer.toString(used.size()),
          Integer.toString(sessions));
    } finally {
      heir = null;
      admin.inherit(null);
    }
    Thread.ofVirtual().name("look for clients").start(this::lookForClients);
  }

  private int sessions(Heir from) throws IOException {
    try {
      return from.sessions(proxy::mergeSessions);
    } catch (IOException e) {
      if (from.isOrphan()) {
        LOG.log(Level.WARNING, "the old process is gone: going on with what it has handed over");
        return 0;
      }
      throw new IOException("the old process goes on by itself: " + e.getMessage(), e);
    }
  }

  private int lastSessions(Heir from, List<SocketAddress> used) {
    try {
      return from.serving(used, proxy::mergeSessions, parts);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the old process did not say its last word: {0}", e.getMessage());
      return 0;
    } finally {
      cluster.succeeded();
    }
  }

  private void awaitReady() throws IOException {
    long startNs = System.nanoTime();
    try {
      while (!controller.ready() && System.nanoTime() - startNs < READY_MAX.toNanos()) {
        Thread.sleep(READY_POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the servers were checked", e);
    }
  }

  private void lookForClients() {
    try {
      for (int ms : LOOKS_MS) {
        Thread.sleep(ms);
        proxy.lookForClients();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the old process

  /** From now on another process can take over. */
  void offer(Meeting.Place place, Signals ending) {
    signals = ending;
    try {
      giver = Giver.offer(Meeting.at(place), this);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "no other process will be able to take over from this one: {0}",
          e.getMessage());
    }
  }

  @Override
  public String reluctance() {
    return controller.isDraining() ? "it is draining" : "";
  }

  @Override
  public void pause() {
    controller.freeze();
    try {
      sharing.pause();
    } catch (RuntimeException e) {
      controller.thaw();
      throw e;
    }
  }

  @Override
  public void resume() {
    controller.thaw();
    sharing.resume();
    proxy.lookForClients();
  }

  @Override
  public List<Heirloom> listeners() {
    return proxy.heirlooms();
  }

  @Override
  public Map<SocketAddress, Integer> adminSockets() {
    return admin.sockets();
  }

  @Override
  public List<HeirPart> parts() {
    return parts;
  }

  @Override
  public long stampSessions() {
    return proxy.stampSessions();
  }

  @Override
  public void visitSessions(SessionShard.Visitor visitor) {
    proxy.sessions().forEach(shard -> shard.visit(visitor));
  }

  @Override
  public void letGo() {
    // Before this process says that it is not ready, or it would give them up.
    cluster.handOver();
  }

  @Override
  public void handedOver() {
    controller.retire();
    proxy.stopAccepting();
    admin.retire();
  }

  @Override
  public void gone() {
    controller.thaw();
    LOG.log(Level.INFO, "another process has taken over");
    signals.raise(Signals.Request.STOP);
  }

  @Override
  public void close() {
    Giver waiting = giver;
    if (waiting != null) {
      waiting.close();
    }
    Heir unused = heir;
    if (unused != null) {
      unused.close();
    }
  }
}
