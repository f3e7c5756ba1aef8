package io.steelyard.net.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.Errno;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An io_uring: the submission and completion queues shared with the kernel (io_uring(7)). Made and
 * used by one thread: SINGLE_ISSUER and DEFER_TASKRUN let the kernel do its part only when that
 * thread enters.
 */
final class Ring {
  static final int OP_POLL_ADD = 6;
  static final int OP_ACCEPT = 13;
  static final int OP_ASYNC_CANCEL = 14;
  static final int OP_CONNECT = 16;
  static final int OP_CLOSE = 19;
  static final int OP_SEND = 26;
  static final int OP_RECV = 27;

  static final int SQE_BUFFER_SELECT = 1 << 5;
  static final int SQE_SKIP_SUCCESS = 1 << 6;
  static final int RECV_MULTISHOT = 1 << 1;
  static final int ACCEPT_MULTISHOT = 1;
  static final int POLL_MULTISHOT = 1;
  static final int CANCEL_ALL = 1;
  static final int CANCEL_FD = 2;
  static final int CQE_BUFFER = 1;
  static final int CQE_MORE = 2;

  private static final long SYS_SETUP = 425;
  private static final long SYS_ENTER = 426;
  private static final long SYS_REGISTER = 427;
  private static final int SETUP_CQSIZE = 1 << 3;
  private static final int SETUP_SUBMIT_ALL = 1 << 7;
  private static final int SETUP_COOP_TASKRUN = 1 << 8;
  private static final int SETUP_SINGLE_ISSUER = 1 << 12;
  private static final int SETUP_DEFER_TASKRUN = 1 << 13;
  private static final int ENTER_GETEVENTS = 1;
  private static final int ENTER_EXT_ARG = 8;
  private static final int ENTER_REGISTERED_RING = 16;
  private static final int REGISTER_RING_FDS = 20;
  private static final int REGISTER_PBUF_RING = 22;
  private static final long OFFSET_SQES = 0x10000000L;

  private static final int ENTRIES = 1024;
  private static final int COMPLETIONS = 8 * ENTRIES;
  private static final int SQE_BYTES = 64;
  private static final int CQE_BYTES = 16;
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final Libc libc;
  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final int enterFd;
  private final int enterFlags;
  private final MemorySegment queues;
  private final MemorySegment sqes;
  private final MemorySegment waitArgument = arena.allocate(24, 8);
  private final MemorySegment waitTime = arena.allocate(16, 8);
  private final long sqHeadAt;
  private final long sqTailAt;
  private final int sqMask;
  private final long cqHeadAt;
  private final long cqTailAt;
  private final int cqMask;
  private final long cqesAt;
  private int sqTail;
  private int submitted;

  Ring(Libc libc) throws IOException {
    this.libc = libc;
    MemorySegment p = arena.allocate(120, 8);
    p.set(JAVA_INT, 4, COMPLETIONS);
    p.set(
        JAVA_INT,
        8,
        SETUP_CQSIZE
            | SETUP_SUBMIT_ALL
            | SETUP_COOP_TASKRUN
            | SETUP_SINGLE_ISSUER
            | SETUP_DEFER_TASKRUN);
    fd = libc.syscall(SYS_SETUP, ENTRIES, p.address(), 0, 0, 0);
    if (fd < 0) {
      arena.close();
      throw new IOException("io_uring_setup: " + Errno.text(-fd));
    }
    int sq = 40;
    int cq = 80;
    int entries = p.get(JAVA_INT, 0);
    long sqBytes = p.get(JAVA_INT, sq + 24) + 4L * entries;
    long cqBytes = p.get(JAVA_INT, cq + 20) + (long) CQE_BYTES * p.get(JAVA_INT, 4);
    queues = libc.mmap(Math.max(sqBytes, cqBytes), fd, 0);
    sqes = libc.mmap((long) SQE_BYTES * entries, fd, OFFSET_SQES);
    sqHeadAt = p.get(JAVA_INT, sq);
    sqTailAt = p.get(JAVA_INT, sq + 4);
    sqMask = queues.get(JAVA_INT, p.get(JAVA_INT, sq + 8));
    cqHeadAt = p.get(JAVA_INT, cq);
    cqTailAt = p.get(JAVA_INT, cq + 4);
    cqMask = queues.get(JAVA_INT, p.get(JAVA_INT, cq + 8));
    cqesAt = p.get(JAVA_INT, cq + 20);
    long array = p.get(JAVA_INT, sq + 24);
    for (int i = 0; i < entries; i++) {
      queues.set(JAVA_INT, array + 4L * i, i);
    }
    waitArgument.set(JAVA_LONG, 16, waitTime.address());
    // A registered ring descriptor spares the kernel a look-up at each enter; without it all works
    // too.
    MemorySegment update = arena.allocate(16, 8);
    update.set(JAVA_INT, 0, -1);
    update.set(JAVA_LONG, 8, fd);
    boolean registered =
        libc.syscall(SYS_REGISTER, fd, REGISTER_RING_FDS, update.address(), 1, 0) == 1;
    enterFd = registered ? update.get(JAVA_INT, 0) : fd;
    enterFlags = registered ? ENTER_REGISTERED_RING : 0;
  }

  /** Registers a ring of provided buffers as group 0. */
  void registerBuffers(MemorySegment bufferRing, int entries) throws IOException {
    MemorySegment r = arena.allocate(40, 8);
    r.set(JAVA_LONG, 0, bufferRing.address());
    r.set(JAVA_INT, 8, entries);
    int result = libc.syscall(SYS_REGISTER, fd, REGISTER_PBUF_RING, r.address(), 1, 0);
    if (result < 0) {
      throw new IOException("io_uring provided buffers: " + Errno.text(-result));
    }
  }

  /** Writes a submission; returns its place, for the fields that only some operations have. */
  long submit(
      int op,
      int flags,
      int ioprio,
      int onFd,
      long address,
      int length,
      int opFlags,
      long userData) {
    while (sqTail - (int) INT.getAcquire(queues, sqHeadAt) > sqMask) {
      enter(0, 0);
    }
    long at = (long) (sqTail & sqMask) * SQE_BYTES;
    sqTail++;
    sqes.set(JAVA_BYTE, at, (byte) op);
    sqes.set(JAVA_BYTE, at + 1, (byte) flags);
    sqes.set(JAVA_SHORT, at + 2, (short) ioprio);
    sqes.set(JAVA_INT, at + 4, onFd);
    sqes.set(JAVA_LONG, at + 8, 0L);
    sqes.set(JAVA_LONG, at + 16, address);
    sqes.set(JAVA_INT, at + 24, length);
    sqes.set(JAVA_INT, at + 28, opFlags);
    sqes.set(JAVA_LONG, at + 32, userData);
    sqes.set(JAVA_LONG, at + 40, 0L);
    sqes.set(JAVA_LONG, at + 48, 0L);
    sqes.set(JAVA_LONG, at + 56, 0L);
    return at;
  }

  /**
   * Sets the second address or offset of the submission at {@code at}: connect's address length.
   */
  void offset(long at, long value) {
    sqes.set(JAVA_LONG, at + 8, value);
  }

  /** Whether the next {@link #enter} has something to hand over. */
  boolean anythingToSubmit() {
    return sqTail != submitted;
  }

  boolean anythingCompleted() {
    return queues.get(JAVA_INT, cqHeadAt) != (int) INT.getAcquire(queues, cqTailAt);
  }

  /**
   * Submits what was written and lets the kernel do its deferred part.
   *
   * @param minComplete 0, or 1 to wait for a completion
   * @param timeoutNs of that wait; Long.MAX_VALUE waits for ever
   */
  void enter(int minComplete, long timeoutNs) {
    INT.setRelease(queues, sqTailAt, sqTail);
    int n = sqTail - submitted;
    int r;
    if (minComplete == 0) {
      r = libc.syscall(SYS_ENTER, enterFd, n, 0, enterFlags | ENTER_GETEVENTS, 0);
    } else if (timeoutNs == Long.MAX_VALUE) {
      r = libc.enterBlocking(enterFd, n, 1, enterFlags | ENTER_GETEVENTS, 0, 0);
    } else {
      waitTime.set(JAVA_LONG, 0, timeoutNs / 1_000_000_000L);
      waitTime.set(JAVA_LONG, 8, timeoutNs % 1_000_000_000L);
      r =
          libc.enterBlocking(
              enterFd,
              n,
              1,
              enterFlags | ENTER_GETEVENTS | ENTER_EXT_ARG,
              waitArgument.address(),
              24);
    }
    // With a time-out the kernel may say ETIME although it took the submissions: its head tells.
    submitted = r > 0 ? submitted + r : (int) INT.getAcquire(queues, sqHeadAt);
  }

  /** Takes completions. */
  interface Completions {
    void completed(long userData, int result, int flags);
  }

  /** Tells all completions that are there. */
  void drain(Completions sink) {
    int head = queues.get(JAVA_INT, cqHeadAt);
    int tail = (int) INT.getAcquire(queues, cqTailAt);
    while (head != tail) {
      long at = cqesAt + (long) (head & cqMask) * CQE_BYTES;
      long userData = queues.get(JAVA_LONG, at);
      int result = queues.get(JAVA_INT, at + 8);
      int flags = queues.get(JAVA_INT, at + 12);
      head++;
      INT.setRelease(queues, cqHeadAt, head);
      sink.completed(userData, result, flags);
    }
  }

  void close() {
    libc.munmap(sqes);
    libc.munmap(queues);
    libc.close(fd);
    arena.close();
  }
}
