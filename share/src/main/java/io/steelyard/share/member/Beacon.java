package io.steelyard.share.member;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.BeatCodec;
import io.steelyard.cluster.member.Membership;
import io.steelyard.cluster.member.Membership.Change;
import io.steelyard.cluster.member.Membership.Verdict;
import io.steelyard.core.session.Keyring;
import io.steelyard.share.seal.Seal;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Sends this node's beats to all others and takes in theirs, over UDP, sealed with the cluster's
 * secrets. What a membership makes of them is told to a listener, from the threads of the beacon.
 */
public final class Beacon implements Closeable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");
  private static final String ABOUT = "beat";
  private static final byte[] NOTHING = new byte[0];
  private static final long LOOK_UP_NS = TimeUnit.SECONDS.toNanos(10);
  private static final long CLOSING_MS = 500;

  private final Membership membership;
  private final Clock clock;
  private final Listener listener;
  private final DatagramChannel channel;
  private final Seal sealing;
  private final Seal opening;
  private final BeaconCounters counters = new BeaconCounters();
  private final RandomGenerator random;
  private final Thread sender;
  private final Thread receiver;
  private final Thread resolver;
  private volatile Targets targets;
  private volatile boolean closed;
  private volatile String lastRefused = "";

  /** How a beacon knows the time. */
  public interface Clock {
    /** A time that only counts. */
    long ns();

    /** The time of day, since 1970. */
    long ms();

    /** The system's. */
    Clock SYSTEM =
        new Clock() {
          @Override
          public long ns() {
            return System.nanoTime();
          }

          @Override
          public long ms() {
            return System.currentTimeMillis();
          }
        };
  }

  /** Hears of other nodes. Called one at a time; must not block. */
  public interface Listener {
    /** A beat will be asked for. May take its time; without the membership's lock. */
    void prepare();

    /** What this node says of itself next. */
    Beat beat(long nowNs);

    /** Something has been heard, or time has passed. */
    void happened(List<Change> changes);
  }

  /**
   * Opens the socket; {@link #start} begins.
   *
   * @param membership is only used while its own lock is held, which others may take, too
   * @param beatNs from one beat to the next
   * @throws IOException if it cannot have the address
   */
  public Beacon(
      Membership membership,
      InetSocketAddress bind,
      List<String> peers,
      Keyring keys,
      long beatNs,
      Clock clock,
      RandomGenerator random,
      Listener listener)
      throws IOException {
    this.membership = membership;
    this.clock = clock;
    this.listener = listener;
    this.random = random;
    this.sealing = new Seal(keys);
    this.opening = new Seal(keys);
    this.targets = new Targets(peers);
    this.channel = open(bind);
    this.sender = Thread.ofPlatform().daemon().name("beats-sender").unstarted(() -> send(beatNs));
    this.receiver = Thread.ofPlatform().daemon().name("beats-receiver").unstarted(this::receive);
    this.resolver = Thread.ofVirtual().name("beats-names").unstarted(this::lookUp);
  }

  private static DatagramChannel open(InetSocketAddress bind) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      return channel.bind(bind);
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "cannot listen for other nodes on UDP port %d of %s ('cluster.bind'): %s"
              .formatted(bind.getPort(), bind.getHostString(), e.getMessage()),
          e);
    }
  }

  /** Begins to send and to hear. */
  public void start() {
    receiver.start();
    sender.start();
    resolver.start();
  }

  /** From now on these are the other nodes. */
  public void peers(List<String> addresses) {
    targets = new Targets(addresses);
    LockSupport.unpark(resolver);
  }

  /** Says at once how this node is, and not only when the next beat is due. */
  public void now() {
    LockSupport.unpark(sender);
  }

  /** What happened to datagrams. */
  public BeaconCounters counters() {
    return counters;
  }

  /** The last datagram that was refused, for people; empty: there was none. */
  public String lastRefused() {
    return lastRefused;
  }

  private void send(long beatNs) {
    while (!closed) {
      try {
        beat();
      } catch (RuntimeException e) {
        // One that cannot be sent must not be the last one.
        counters.notSent.increment();
        LOG.log(Level.ERROR, "a beat was not sent", e);
      }
      LockSupport.parkNanos(beatNs);
    }
  }

  private void beat() {
    listener.prepare();
    Beat beat;
    synchronized (membership) {
      List<Change> changes = membership.tick(clock.ns(), random);
      listener.happened(changes);
      beat = listener.beat(clock.ns());
    }
    ByteBuffer datagram =
        ByteBuffer.wrap(sealing.seal(ABOUT, NOTHING, BeatCodec.write(beat), clock.ms()));
    for (InetSocketAddress target : targets.found()) {
      send(datagram.duplicate(), target);
    }
  }

  private void send(ByteBuffer datagram, InetSocketAddress target) {
    try {
      channel.send(datagram, target);
      counters.sent.increment();
    } catch (IOException | IllegalArgumentException e) {
      // No route, or no address of its kind: the other node's silence says so.
      counters.notSent.increment();
    }
  }

  private void receive() {
    ByteBuffer buffer = ByteBuffer.allocate(BeatCodec.BYTES_MAX + Seal.BYTES + 1);
    while (!closed) {
      try {
        InetSocketAddress from = (InetSocketAddress) channel.receive(buffer.clear());
        take(buffer.flip(), from);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // An ICMP error of what was sent to somebody who is not there.
        LOG.log(Level.DEBUG, "a datagram was not received", e);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a beat was not taken", e);
      }
    }
  }

  private void take(ByteBuffer datagram, InetSocketAddress from) {
    byte[] sealed = new byte[datagram.remaining()];
    datagram.get(sealed);
    String address = text(from);
    Optional<ByteBuffer> plain = opening.open(ABOUT, 0, sealed);
    if (plain.isEmpty()) {
      lastRefused = "what came from " + address + " was not sealed with a key of this cluster";
      counters.wrongKey.increment();
      return;
    }
    try {
      taken(BeatCodec.read(plain.get()), address);
    } catch (BeatCodec.MalformedException e) {
      lastRefused = "what came from " + address + " is no beat: " + e.getMessage();
      counters.malformed.increment();
    }
  }

  private void taken(Beat beat, String address) {
    List<Change> changes = new ArrayList<>();
    synchronized (membership) {
      Verdict verdict = membership.received(beat, address, clock.ns(), clock.ms(), changes);
      if (verdict == Verdict.SAME_NAME) {
        lastRefused = "another node is called " + beat.node() + ", too: it is at " + address;
      } else if (verdict == Verdict.FULL) {
        lastRefused = "there is no room for node " + beat.node() + " at " + address;
      }
      counters.count(verdict);
      listener.happened(changes);
    }
  }

  static String text(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private void lookUp() {
    while (!closed) {
      Targets now = targets;
      if (now.hasNames()) {
        now.lookUp();
      }
      LockSupport.parkNanos(LOOK_UP_NS);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    channel.close();
    List.of(sender, receiver, resolver).forEach(LockSupport::unpark);
    try {
      // The kernel keeps the port until nobody waits there any more.
      receiver.join(CLOSING_MS);
      sender.join(CLOSING_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where this node listens. */
  public InetSocketAddress address() throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }
}
