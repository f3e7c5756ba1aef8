package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.Errno;
import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A socket to the kernel's tables of links and addresses (rtnetlink(7)). Not thread-safe.
 *
 * <p>The kernel carries a request out while it is sent, and its answer lies there afterwards: so
 * sending may take its time, and receiving does not wait.
 */
final class Netlink implements AutoCloseable {
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int RTMGRP_LINK = 1;

  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_DUMP = 0x300;

  private static final int LENGTH_AT = 0;
  private static final int TYPE_AT = 4;
  private static final int FLAGS_AT = 6;
  private static final int SEQUENCE_AT = 8;

  /** The size of a message's head; an acknowledgement's negated errno is what follows. */
  static final int HEAD_BYTES = 16;

  private static final int REQUEST_BYTES_MAX = 256;

  /** As much as the kernel puts into one answer. */
  private static final int ANSWER_BYTES_MAX = 32 * 1024;

  private static final int ANSWERS_MAX = 10_000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment request = arena.allocate(REQUEST_BYTES_MAX, 8);
  private final MemorySegment answer = arena.allocate(ANSWER_BYTES_MAX, 8);
  private final Libc libc = new Libc();
  private final Waiter waiter;
  private final int fd;
  private int sequence;

  /**
   * @param groups of events to be told of: 0, or {@link #RTMGRP_LINK}
   */
  Netlink(int groups) throws IOException {
    fd = libc.socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, 0);
    SystemError.check(fd, "no netlink socket", "a network namespace of its own");
    try {
      MemorySegment address = arena.allocate(12, 4);
      address.set(JAVA_SHORT, 0, (short) Abi.AF_NETLINK);
      address.set(JAVA_INT, 8, groups);
      SystemError.check(libc.bind(fd, address, 12), "netlink cannot be listened to", "");
      waiter = new Waiter(fd);
    } catch (IOException e) {
      libc.close(fd);
      arena.close();
      throw e;
    }
  }

  /**
   * The memory to write a request's body into, from {@link #HEAD_BYTES} on: zero everywhere, valid
   * until the next call.
   */
  MemorySegment body() {
    return request.fill((byte) 0);
  }

  /**
   * Sends what was written into {@link #body}.
   *
   * @param flags besides those that ask for an acknowledgement
   * @param bytes of it, with the head
   * @return 0, or the negated errno
   */
  int request(int type, int flags, int bytes) {
    int sent = send(type, flags | NLM_F_REQUEST | NLM_F_ACK, bytes);
    if (sent < 0) {
      return sent;
    }
    for (int i = 0; i < ANSWERS_MAX; i++) {
      int got = libc.recv(fd, answer.address(), ANSWER_BYTES_MAX, Abi.MSG_DONTWAIT);
      if (got == -Errno.EINTR) {
        continue;
      }
      if (got < HEAD_BYTES + 4) {
        return got < 0 ? got : -Errno.EINVAL;
      }
      if (answer.get(JAVA_INT, SEQUENCE_AT) == sequence
          && answer.get(JAVA_SHORT, TYPE_AT) == NLMSG_ERROR) {
        return answer.get(JAVA_INT, HEAD_BYTES);
      }
    }
    return -Errno.EINVAL;
  }

  /** Asks for a whole table; {@code each} gets one message after the other, valid while it runs. */
  void dump(int type, int bytes, Consumer<MemorySegment> each) throws IOException {
    String what = "the kernel's table cannot be read";
    SystemError.check(send(type, NLM_F_REQUEST | NLM_F_DUMP, bytes), what, "");
    boolean more = true;
    for (int i = 0; more && i < ANSWERS_MAX; i++) {
      int got = libc.recv(fd, answer.address(), ANSWER_BYTES_MAX, Abi.MSG_DONTWAIT);
      if (got != -Errno.EINTR) {
        SystemError.check(got, what, "");
        more = messages(got, each);
      }
    }
  }

  /** Waits for events, at most so long; false when there were none, or when it was closed. */
  boolean awaitEvents(Duration atMost, Consumer<MemorySegment> each) throws IOException {
    if (!waiter.await(atMost.toNanos())) {
      return false;
    }
    int got = libc.recv(fd, answer.address(), ANSWER_BYTES_MAX, Abi.MSG_DONTWAIT);
    if (got == -Errno.EINTR || got == -Errno.EAGAIN) {
      return false;
    }
    messages(SystemError.check(got, "events of links are lost", ""), each);
    return true;
  }

  private int send(int type, int flags, int bytes) {
    request.set(JAVA_INT, LENGTH_AT, bytes);
    request.set(JAVA_SHORT, TYPE_AT, (short) type);
    request.set(JAVA_SHORT, FLAGS_AT, (short) flags);
    request.set(JAVA_INT, SEQUENCE_AT, ++sequence);
    return libc.sendBlocking(fd, request.address(), bytes, 0);
  }

  /** Whether more is to come. */
  private boolean messages(int bytes, Consumer<MemorySegment> each) {
    int at = 0;
    while (at + HEAD_BYTES <= bytes) {
      int length = answer.get(JAVA_INT, at + LENGTH_AT);
      if (length < HEAD_BYTES || at + length > bytes) {
        return false;
      }
      int type = answer.get(JAVA_SHORT, at + TYPE_AT);
      if (type == NLMSG_DONE || type == NLMSG_ERROR) {
        return false;
      }
      each.accept(answer.asSlice(at, length));
      at += length + 3 & ~3;
    }
    return true;
  }

  static int type(MemorySegment message) {
    return message.get(JAVA_SHORT, TYPE_AT);
  }

  /** What an attribute of a message holds; null if it has none of this kind. */
  static MemorySegment attribute(MemorySegment message, int from, int kind) {
    int at = from;
    while (at + 4 <= message.byteSize()) {
      int length = message.get(JAVA_SHORT, at) & 0xffff;
      if (length < 4 || at + length > message.byteSize()) {
        return null;
      }
      if (message.get(JAVA_SHORT, at + 2L) == kind) {
        return message.asSlice(at + 4L, length - 4L);
      }
      at += length + 3 & ~3;
    }
    return null;
  }

  /** Has {@link #awaitEvents} return; any thread. */
  void wake() {
    waiter.wake();
  }

  @Override
  public void close() {
    waiter.close();
    libc.close(fd);
    arena.close();
  }
}
