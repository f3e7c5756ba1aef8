package io.steelyard.share.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One link at work. The thread that made it reads, and makes all calls to the listener; a thread of
 * its own writes.
 */
final class PeerLink {
  private static final System.Logger LOG = System.getLogger("steelyard.share");
  private static final ByteBuffer KEEP_ALIVE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final SecureChannel channel;
  private final Hello peer;
  private final Link status;
  private final PeersOptions options;
  private final PeersCounters counters;
  private final SendQueue queue;
  private final CountDownLatch ended = new CountDownLatch(1);

  PeerLink(
      SecureChannel channel,
      Hello peer,
      boolean outgoing,
      PeersOptions options,
      PeersCounters counters) {
    this.channel = channel;
    this.peer = peer;
    this.status =
        new Link(peer.node(), channel.remote(), peer.incarnation(), Instant.now(), outgoing);
    this.options = options;
    this.counters = counters;
    this.queue = new SendQueue(options.queueBytes());
  }

  Link status() {
    return status;
  }

  /** Puts a copy of the message behind those that wait; false if there is no room. Never waits. */
  boolean send(ByteBuffer message) {
    boolean put = queue.put(message);
    if (!put && !queue.closed()) {
      counters.messagesDropped.increment();
    }
    return put;
  }

  /**
   * Reads until the link breaks or is closed.
   *
   * @param before the link whose place this one takes: the listener hears of its end first
   * @return why it ended
   */
  String run(Peers.Listener listener, Optional<PeerLink> before) {
    Thread.ofVirtual().name("peer write " + peer.node()).start(this::write);
    before.ifPresent(PeerLink::closeAndAwait);
    counters.linksMade.increment();
    tell(() -> listener.connected(peer.node(), peer.incarnation()));
    try {
      channel.readTimeout(options.silence());
      while (true) {
        ByteBuffer frame = channel.receive();
        counters.bytesIn.add(frame.remaining() + SecureChannel.OVERHEAD_BYTES);
        unpack(frame, listener);
      }
    } catch (IOException e) {
      return Complaints.words(e);
    } finally {
      close();
      tell(() -> listener.disconnected(peer.node()));
    }
  }

  private void unpack(ByteBuffer frame, Peers.Listener listener) throws IOException {
    while (frame.hasRemaining()) {
      int length = frame.remaining() < SendQueue.LENGTH_BYTES ? -1 : frame.getInt();
      if (length < 0 || length > frame.remaining()) {
        throw new IOException("a message that its frame does not hold");
      }
      ByteBuffer message = frame.slice(frame.position(), length);
      frame.position(frame.position() + length);
      tell(() -> listener.received(peer.node(), message));
    }
  }

  /** What a listener throws is a defect of its own and must not cost the link. */
  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "what peer " + peer.node() + " said was not taken", e);
    }
  }

  private void write() {
    try {
      while (!queue.closed()) {
        Optional<SendQueue.Batch> batch = queue.take(options.keepAlive().toNanos());
        if (batch.isPresent()) {
          channel.send(batch.get().bytes(), 0, batch.get().length());
          count(batch.get().length());
          queue.sent(batch.get());
        } else if (!queue.closed()) {
          channel.send(KEEP_ALIVE.duplicate());
          count(0);
        }
      }
    } catch (IOException | InterruptedException e) {
      // The reader says why the link ended; without a writer it has no use.
      close();
    }
  }

  private void count(int plainBytes) {
    counters.bytesOut.add(plainBytes + SecureChannel.OVERHEAD_BYTES);
  }

  /** Ends it at once; what waits to be sent is lost. Any thread. */
  void close() {
    queue.close();
    channel.close();
  }

  /** Its thread has told the listener all there was, or never had anything to tell. */
  void end() {
    close();
    ended.countDown();
  }

  private void closeAndAwait() {
    close();
    await(Duration.ofDays(1));
  }

  /** Waits until {@link #end}; false if that takes too long. */
  boolean await(Duration limit) {
    try {
      return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
