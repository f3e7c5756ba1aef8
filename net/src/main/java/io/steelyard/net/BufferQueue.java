package io.steelyard.net;

/**
 * A first-in-first-out list of buffers, threaded through them: never allocates. Owns what it holds.
 */
public final class BufferQueue {
  private Buffer head;
  private Buffer tail;
  private int buffers;
  private int bytes;

  public BufferQueue() {}

  public boolean isEmpty() {
    return head == null;
  }

  /** How many bytes it holds together. */
  public int bytes() {
    return bytes;
  }

  public int buffers() {
    return buffers;
  }

  public Buffer peek() {
    return head;
  }

  public void add(Buffer b) {
    b.next(null);
    if (head == null) {
      head = b;
    } else {
      tail.next(b);
    }
    tail = b;
    buffers++;
    bytes += b.size();
  }

  /** Takes the first; its owner is then the caller. */
  public Buffer poll() {
    Buffer b = head;
    if (b != null) {
      head = b.next();
      b.next(null);
      if (head == null) {
        tail = null;
      }
      buffers--;
      bytes -= b.size();
    }
    return b;
  }

  /** Forgets the first {@code n} bytes of the first buffer, which has more than that. */
  public void skip(int n) {
    head.skip(n);
    bytes -= n;
  }

  /** Releases all. */
  public void clear() {
    for (Buffer b = poll(); b != null; b = poll()) {
      b.release();
    }
  }
}
