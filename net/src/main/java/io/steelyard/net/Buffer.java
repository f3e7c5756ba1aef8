package io.steelyard.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * A piece of native memory with the range of bytes in it that count. Belongs to one loop and has
 * one owner at a time: who gets one releases it or passes it on (to {@link Connection#send}), once.
 *
 * <pre>
 *   |  headroom  |  from ... bytes ... to  |  room  |
 *   0                                          capacity
 * </pre>
 *
 * What is received begins behind the headroom, so that a head can grow in place, without moving the
 * body.
 */
public final class Buffer {
  /** Free bytes before what is received. */
  public static final int HEADROOM = 1024;

  /** The most that one receive brings. */
  public static final int RECEIVE_BYTES = 16 * 1024;

  /** All of it. */
  public static final int CAPACITY = HEADROOM + RECEIVE_BYTES;

  private final BufferPool pool;
  private final MemorySegment memory;
  private final long address;
  private final int index;
  private int from;
  private int to;
  private boolean owned;
  private Buffer next;
  private boolean more;

  Buffer(BufferPool pool, MemorySegment memory, int index) {
    this.pool = pool;
    this.memory = memory;
    this.address = memory.address();
    this.index = index;
  }

  /** The whole memory, {@link #CAPACITY} bytes. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where its bytes begin, as the kernel is told. */
  public long address() {
    return address + from;
  }

  /** Its number in its pool. */
  public int index() {
    return index;
  }

  /** Where its bytes begin. */
  public int from() {
    return from;
  }

  /** Where its bytes end. */
  public int to() {
    return to;
  }

  /** How many bytes count. */
  public int size() {
    return to - from;
  }

  /** Makes [from, to) the bytes that count. */
  public Buffer range(int newFrom, int newTo) {
    assert newFrom >= 0 && newFrom <= newTo && newTo <= CAPACITY : newFrom + ".." + newTo;
    from = newFrom;
    to = newTo;
    return this;
  }

  /** Forgets the first {@code bytes}. */
  public void skip(int bytes) {
    assert bytes >= 0 && bytes <= to - from : bytes + " of " + (to - from);
    from += bytes;
  }

  public byte at(int position) {
    return memory.get(JAVA_BYTE, position);
  }

  /** Copies {@code bytes} from position {@code position} on into an array. */
  public void copyTo(int position, byte[] into, int at, int bytes) {
    MemorySegment.copy(memory, JAVA_BYTE, position, into, at, bytes);
  }

  /** Copies from an array to position {@code position}. */
  public void copyFrom(byte[] source, int at, int position, int bytes) {
    MemorySegment.copy(source, at, memory, JAVA_BYTE, position, bytes);
  }

  /** Copies {@code bytes} of another buffer to position {@code position}. */
  public void copyFrom(Buffer source, int at, int position, int bytes) {
    MemorySegment.copy(source.memory, at, memory, position, bytes);
  }

  /** Gives it back to its pool. Nothing may be done with it afterwards. */
  public void release() {
    pool.release(this);
  }

  // ---- for the pool and the transports' queues

  void own(boolean now) {
    owned = now;
  }

  boolean owned() {
    return owned;
  }

  /** The next in the list that holds it: a send queue, an inbox. */
  public Buffer next() {
    return next;
  }

  public void next(Buffer following) {
    next = following;
  }

  /** Whether more bytes will follow at once (MSG_MORE). */
  public boolean more() {
    return more;
  }

  public void more(boolean follows) {
    more = follows;
  }
}
