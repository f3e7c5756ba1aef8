package io.steelyard.share.peers;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages that wait for a link, packed as they are sent: length 4 | message, again and again, up
 * to {@link #BATCH_BYTES} in one frame, or one longer message. Bounded in bytes, what is being sent
 * included. Any thread puts; one takes.
 */
final class SendQueue {
  /** What a message is longer in a frame. */
  static final int LENGTH_BYTES = 4;

  /** So many bytes of short messages go into one frame. */
  static final int BATCH_BYTES = FrameReader.USUAL_BYTES;

  private final int bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Batch> batches = new ArrayDeque<>();
  private Batch spare;
  private long bytes;
  private boolean closed;

  /** The content of one frame. */
  static final class Batch {
    private final ByteBuffer packed;

    private Batch(int capacity) {
      this.packed = ByteBuffer.allocate(capacity);
    }

    byte[] bytes() {
      return packed.array();
    }

    int length() {
      return packed.position();
    }
  }

  /**
   * Empty.
   *
   * @param bytesMax of messages and their lengths
   */
  SendQueue(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Puts a copy of the message; does not wait for room.
   *
   * @param message whose position stays where it is
   * @return whether there was room, and the queue is not closed
   */
  boolean put(ByteBuffer message) {
    int length = LENGTH_BYTES + message.remaining();
    lock.lock();
    try {
      if (closed || bytes + length > bytesMax) {
        return false;
      }
      bytes += length;
      ByteBuffer packed = batchFor(length).packed.putInt(message.remaining());
      packed.put(packed.position(), message, message.position(), message.remaining());
      packed.position(packed.position() + message.remaining());
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Batch batchFor(int length) {
    Batch last = batches.peekLast();
    if (last != null && last.packed.remaining() >= length) {
      return last;
    }
    Batch next = length > BATCH_BYTES ? new Batch(length) : usual();
    batches.addLast(next);
    return next;
  }

  private Batch usual() {
    Batch batch = spare == null ? new Batch(BATCH_BYTES) : spare;
    spare = null;
    return batch;
  }

  /**
   * Waits for something to send, until the queue is closed.
   *
   * @param limitNs for that long
   * @return nothing if there is nothing
   */
  Optional<Batch> take(long limitNs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = limitNs;
      while (batches.isEmpty() && !closed && leftNs > 0) {
        leftNs = filled.awaitNanos(leftNs);
      }
      return closed ? Optional.empty() : Optional.ofNullable(batches.pollFirst());
    } finally {
      lock.unlock();
    }
  }

  /** What was taken is sent: its room is free. */
  void sent(Batch batch) {
    lock.lock();
    try {
      bytes -= batch.length();
      batch.packed.clear();
      if (batch.packed.capacity() == BATCH_BYTES) {
        spare = batch;
      }
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more, forgets what waits, wakes who takes. */
  void close() {
    lock.lock();
    try {
      closed = true;
      batches.clear();
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
