package io.steelyard.share;

import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.Message;
import io.steelyard.cluster.MessageCodec;
import io.steelyard.cluster.Replica;
import io.steelyard.cluster.ReplicaOptions;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.peers.Link;
import io.steelyard.share.peers.Peers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Shares with other nodes directly. One thread tells what is noted here, each link's thread takes
 * in what its node tells, and one lets time pass.
 */
public final class PeerSharing implements SharedState {
  private static final Logger LOG = System.getLogger("steelyard.share");

  /** What comes within so long is told at once. */
  private static final long GATHER_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int TICKS_PER_COUNT = 10;

  /** A node that has just started gives the others so long to be found. */
  private static final long FINDING_NS = TimeUnit.SECONDS.toNanos(1);

  /** And so long to tell what they know. */
  private static final long JOINING_NS = TimeUnit.SECONDS.toNanos(10);

  /** Locks for neighbours, however many have been there: mostly each has one of its own. */
  private static final int TURNS = 64;

  private static final Replica.Standing JUST_LINKED = new Replica.Standing(false, 0, 0);

  private final LocalState local;
  private final Replica replica;
  private final PeerSettings settings;
  private final int origin;

  /** Null while it is made: who comes as early as that is told by comparing. */
  private final Peers peers;

  /** Null before the start. */
  private volatile LocalState.Feed feed;

  /** Whose holder has a neighbour's turn, and that of others who share the lock with it. */
  private final List<ReentrantLock> turns =
      Stream.generate(ReentrantLock::new).limit(TURNS).toList();

  private final long startNs = System.nanoTime();
  private final Thread teller = Thread.ofVirtual().name("peers-teller").unstarted(this::tell);
  private final Thread ticker = Thread.ofVirtual().name("peers-clock").unstarted(this::clock);
  private volatile boolean closed;

  /**
   * Listens for other nodes.
   *
   * @param settings whom with
   * @param book what this node knows beside sessions
   * @param origin the number of this node, in this life
   * @throws IOException if it cannot listen for other nodes
   */
  @SuppressWarnings("this-escape") // nobody calls before the links are there
  public PeerSharing(PeerSettings settings, LocalState local, FactBook book, int origin)
      throws IOException {
    this.local = local;
    this.replica = new Replica(local, book, this::send, local::heard, ReplicaOptions.DEFAULT);
    this.settings = settings;
    this.origin = origin;
    this.peers = settings.bind(new Links());
  }

  @Override
  public void start() {
    feed = local.share(origin, null, Duration.ZERO);
    peers.peers(settings.peers());
    teller.start();
    ticker.start();
  }

  /** From now on these are the other nodes. */
  public void peers(List<String> addresses) {
    peers.peers(addresses);
  }

  private boolean send(String node, Message message) {
    Peers all = peers;
    return all != null && all.send(node, MessageCodec.written(message));
  }

  // ---- what is noted here

  private void tell() {
    ByteBuffer batch = ByteBuffer.allocate(MessageCodec.ENTRIES_MAX * SessionEntry.BYTES);
    long lost = 0;
    while (!closed) {
      feed.await(IDLE_NS);
      LockSupport.parkNanos(GATHER_NS);
      while (feed.drain(batch.clear()) > 0 || feed.lost() > lost) {
        long lostNow = feed.lost();
        replica.changed(batch.flip(), lostNow - lost, System.nanoTime());
        lost = lostNow;
      }
    }
  }

  // ---- what others say

  /** Called by the links' threads. */
  private final class Links implements Peers.Listener {
    @Override
    public void connected(String node, long incarnation) {
      turn(node, () -> replica.connected(node, System.nanoTime()));
    }

    @Override
    public void disconnected(String node) {
      turn(node, () -> replica.disconnected(node));
    }

    @Override
    public void received(String node, ByteBuffer bytes) {
      try {
        Message message = MessageCodec.read(bytes);
        turn(
            node,
            () -> replica.received(node, message, System.nanoTime(), System.currentTimeMillis()));
      } catch (MessageCodec.MalformedException e) {
        LOG.log(Level.WARNING, "node {0} says what nobody understands: {1}", node, e.getMessage());
      }
    }
  }

  private void turn(String node, Runnable task) {
    ReentrantLock lock = turns.get(Math.floorMod(node.hashCode(), TURNS));
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  private void clock() {
    for (int tick = 0; !closed; tick++) {
      try {
        tick(tick % TICKS_PER_COUNT == 0);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "sharing with peers failed", e);
      }
      LockSupport.parkNanos(TICK_NS);
    }
  }

  private void tick(boolean counting) {
    for (Link link : peers.links()) {
      String node = link.node();
      turn(node, () -> replica.tick(node, System.nanoTime()));
    }
    if (counting) {
      replica.count(local.counts());
    }
  }

  @Override
  public boolean say(String name, byte[] value) {
    return replica.say(name, value, System.currentTimeMillis());
  }

  // ---- how it stands

  @Override
  public ShareStatus status() {
    List<ShareStatus.Peer> standing = new ArrayList<>();
    for (Link link : peers.links()) {
      Replica.Standing s = replica.standing(link.node(), System.nanoTime()).orElse(JUST_LINKED);
      standing.add(
          new ShareStatus.Peer(
              link.node(),
              peers.dialled(link.node()).orElseGet(() -> text(link.address())),
              s.inStep(),
              Duration.ofNanos(s.lagNs()),
              s.unconfirmed()));
    }
    Optional<String> trouble = trouble(standing);
    Duration lag =
        standing.stream().map(ShareStatus.Peer::lag).max(Duration::compareTo).orElse(Duration.ZERO);
    return new ShareStatus(
        settings.node(),
        "peers",
        trouble,
        trouble.isPresent() && syncing(standing),
        standing,
        replica.told(),
        replica.heard(),
        replica.learnt(),
        feed == null ? 0 : feed.lost(),
        replica.factsRefused(),
        lag,
        replica.sums(local.counts(), System.nanoTime()));
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? inet.getHostString() + ":" + inet.getPort()
        : address.toString();
  }

  private Optional<String> trouble(List<ShareStatus.Peer> standing) {
    List<String> away = peers.away();
    if (!away.isEmpty()) {
      return Optional.of("cannot reach " + String.join(", ", away));
    }
    List<String> behind =
        standing.stream().filter(p -> !p.inStep()).map(ShareStatus.Peer::node).toList();
    return behind.isEmpty()
        ? Optional.empty()
        : Optional.of("has not yet heard all that is known at " + String.join(", ", behind));
  }

  private boolean syncing(List<ShareStatus.Peer> standing) {
    long ageNs = System.nanoTime() - startNs;
    return ageNs < FINDING_NS
        || (ageNs < JOINING_NS && standing.stream().anyMatch(p -> !p.inStep()));
  }

  @Override
  public void close() {
    closed = true;
    if (feed != null) {
      local.keep();
    }
    LockSupport.unpark(teller);
    LockSupport.unpark(ticker);
    try {
      peers.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "peers could not be closed in good order", e);
    }
  }
}
