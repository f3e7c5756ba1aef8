package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The links of this node with the others: dials those whose addresses it is given, accepts those
 * who have one of the cluster's secrets, and keeps one link with each, whoever dialled.
 *
 * <p>What is sent is bounded by a queue for each link and never waits; what waits when a link
 * breaks is lost, and so may be what was on the way: after {@link Listener#connected} the two nodes
 * have to tell each other whatever both must know. Any thread may call.
 */
public final class Peers implements Closeable {
  /**
   * The longest message, in bytes. Those of more than 64 KiB take arrays of their own on both
   * sides: much is told faster in several shorter ones.
   */
  public static final int MESSAGE_BYTES_MAX =
      SecureChannel.FRAME_BYTES_MAX - SendQueue.LENGTH_BYTES;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final PeersOptions options;
  private final PeersCounters counters = new PeersCounters();
  private final Registry<PeerLink> registry;
  private final Encounter encounter;
  private final Door door;
  private final Map<PeerAddress, Dialer> dialers = new LinkedHashMap<>();
  private volatile Keyring keys;
  private boolean closed;

  /**
   * Hears of links. All calls about one node come one after the other, in order, from the thread
   * that reads its link: until one returns, nothing more is read from that node. An exception is
   * logged and changes nothing.
   */
  public interface Listener {
    /** From now on messages go to and come from that node, which was started at that time in ms. */
    void connected(String node, long incarnation);

    /** The link is gone; there was one. */
    void disconnected(String node);

    /** A message, which is good until this returns. */
    void received(String node, ByteBuffer message);
  }

  private Peers(
      Hello own, InetSocketAddress bind, Keyring keys, PeersOptions options, Listener listener)
      throws IOException {
    this.options = options;
    this.keys = keys;
    this.registry = new Registry<>(options.linksMax());
    this.encounter =
        new Encounter(own, () -> this.keys, options, counters, listener, registry, this::wake);
    this.door = new Door(bind, encounter, options.handshakesMax());
  }

  /**
   * Listens, and dials all the others at once; does not wait for them.
   *
   * @param node this node's name, different from the others', 1 to 255 bytes in UTF-8
   * @param incarnation when this node was started, in ms since 1970: of two with one name, others
   *     talk to the later one
   * @param bind where to listen; port 0 takes any
   * @param peers as {@code host:port}, where {@code host} is looked up for each dial; this node's
   *     own address may be among them
   * @throws IOException if it cannot listen there
   * @throws IllegalArgumentException if the name or an address is none
   */
  public static Peers start(
      String node,
      long incarnation,
      InetSocketAddress bind,
      Collection<String> peers,
      Keyring keys,
      PeersOptions options,
      Listener listener)
      throws IOException {
    List<PeerAddress> addresses = parse(peers);
    Hello own = new Hello(node, incarnation, new SecureRandom().nextLong());
    Peers started = new Peers(own, bind, keys, options, listener);
    started.door.open();
    started.dial(addresses);
    return started;
  }

  private static List<PeerAddress> parse(Collection<String> peers) {
    return peers.stream().map(PeerAddress::parse).distinct().toList();
  }

  /**
   * Replaces the addresses to dial. Links that this node has dialled to those that are no more are
   * closed; those that others have dialled are the others' to close.
   *
   * @throws IllegalArgumentException if one is no {@code host:port}; nothing is changed then
   */
  public void peers(Collection<String> peers) {
    dial(parse(peers));
  }

  private synchronized void dial(List<PeerAddress> addresses) {
    if (closed) {
      return;
    }
    dialers.entrySet().removeIf(e -> stopUnless(addresses.contains(e.getKey()), e.getValue()));
    for (PeerAddress address : addresses) {
      dialers.computeIfAbsent(address, this::dialer);
    }
  }

  private static boolean stopUnless(boolean wanted, Dialer dialer) {
    if (!wanted) {
      dialer.stop();
    }
    return !wanted;
  }

  private Dialer dialer(PeerAddress address) {
    Dialer dialer = new Dialer(address, encounter, registry, options);
    dialer.start();
    return dialer;
  }

  private synchronized void wake() {
    dialers.values().forEach(Dialer::wake);
  }

  /** Replaces the secrets for handshakes to come; links that there are keep their keys. */
  public void keys(Keyring keys) {
    this.keys = keys;
  }

  /**
   * Puts a copy of a message into the queue of the link with that node. Never waits.
   *
   * @param message at most {@link #MESSAGE_BYTES_MAX} bytes, left as it is
   * @return whether it will be sent unless the link breaks: false if there is no link, or no room,
   *     which is counted
   * @throws IllegalArgumentException if it is too long
   */
  public boolean send(String node, ByteBuffer message) {
    if (message.remaining() > MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException("a message of " + message.remaining() + " bytes");
    }
    Optional<PeerLink> link = registry.link(node);
    return link.isPresent() && link.get().send(message);
  }

  /** All links there are, by the nodes' names. */
  public List<Link> links() {
    return registry.all().stream()
        .map(PeerLink::status)
        .sorted(Comparator.comparing(Link::node))
        .toList();
  }

  /** The addresses of other nodes that there is no link with, as they were given. */
  public synchronized List<String> away() {
    return dialers.entrySet().stream()
        .filter(e -> e.getValue().isAway())
        .map(e -> e.getKey().toString())
        .toList();
  }

  /** Where that node was met last of all addresses to dial, as it was given. */
  public synchronized Optional<String> dialled(String node) {
    return dialers.entrySet().stream()
        .filter(e -> e.getValue().leadsTo(node))
        .map(e -> e.getKey().toString())
        .findFirst();
  }

  /** What has happened so far. */
  public PeersCounters counters() {
    return counters;
  }

  /** Where this node listens. */
  public InetSocketAddress address() {
    return door.address();
  }

  /**
   * Closes all links and stops listening; the listener hears of the links' ends, for which this
   * waits a second at most.
   */
  @Override
  public void close() throws IOException {
    List<PeerLink> links = registry.close();
    stopDialers();
    links.forEach(PeerLink::close);
    door.close();
    long startNs = System.nanoTime();
    for (PeerLink link : links) {
      link.await(PATIENCE.minusNanos(System.nanoTime() - startNs));
    }
  }

  private synchronized void stopDialers() {
    closed = true;
    dialers.values().forEach(Dialer::stop);
    dialers.clear();
  }
}
