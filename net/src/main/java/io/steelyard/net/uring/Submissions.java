package io.steelyard.net.uring;

import io.steelyard.net.Buffer;
import io.steelyard.net.Sockaddr;
import io.steelyard.net.sys.Abi;

/**
 * What a connection asks the kernel for, each as one submission. {@code id} is the connection's
 * number: completions name it.
 */
final class Submissions {
  /**
   * What a completion is about; in the upper half of its user data, the connection's number in the
   * lower.
   */
  static final int ABOUT_NOTHING = 0;

  static final int ABOUT_WAKE = 1;
  static final int ABOUT_ACCEPT = 2;
  static final int ABOUT_RECV = 3;
  static final int ABOUT_SEND = 4;
  static final int ABOUT_CONNECT = 5;
  static final int ABOUT_POLL_IN = 6;
  static final int ABOUT_POLL_OUT = 7;
  static final int ABOUT_READER = 8;

  private static final int QUIETLY = Ring.SQE_SKIP_SUCCESS;

  private final Ring ring;

  Submissions(Ring ring) {
    this.ring = ring;
  }

  static long userData(int about, int id) {
    return (long) about << 32 | id;
  }

  void connect(int fd, int id, Sockaddr to) {
    long at =
        ring.submit(
            Ring.OP_CONNECT, 0, 0, fd, to.memory().address(), 0, 0, userData(ABOUT_CONNECT, id));
    ring.offset(at, to.bytes());
  }

  /** Into a provided buffer; {@code multishot} goes on until it is cancelled or buffers run out. */
  void receive(int fd, int id, boolean multishot) {
    int shots = multishot ? Ring.RECV_MULTISHOT : 0;
    ring.submit(Ring.OP_RECV, Ring.SQE_BUFFER_SELECT, shots, fd, 0, 0, 0, userData(ABOUT_RECV, id));
  }

  void cancelReceive(int id) {
    cancel(userData(ABOUT_RECV, id));
  }

  /** Sends all of the buffer's bytes; it must stay as it is until the completion. */
  void send(int fd, int id, Buffer b) {
    int flags = Abi.MSG_NOSIGNAL | Abi.MSG_WAITALL | (b.more() ? Abi.MSG_MORE : 0);
    ring.submit(Ring.OP_SEND, 0, 0, fd, b.address(), b.size(), flags, userData(ABOUT_SEND, id));
  }

  /** Completes once when the socket is readable, or ended. */
  void pollIn(int fd, int id) {
    poll(fd, Abi.EPOLLIN | Abi.EPOLLRDHUP, userData(ABOUT_POLL_IN, id));
  }

  /** Completes once when the socket is writable. */
  void pollOut(int fd, int id) {
    poll(fd, Abi.EPOLLOUT, userData(ABOUT_POLL_OUT, id));
  }

  /** Completes once when the watched descriptor is readable; {@code id} is the watch's number. */
  void pollReader(int fd, int id) {
    poll(fd, Abi.EPOLLIN, userData(ABOUT_READER, id));
  }

  void cancelReader(int id) {
    cancel(userData(ABOUT_READER, id));
  }

  private void poll(int fd, int events, long userData) {
    ring.submit(Ring.OP_POLL_ADD, 0, 0, fd, 0, 0, events, userData);
  }

  /** Completes each time that the descriptor becomes readable. */
  void pollWake(int fd) {
    ring.submit(
        Ring.OP_POLL_ADD, 0, 0, fd, 0, Ring.POLL_MULTISHOT, Abi.EPOLLIN, userData(ABOUT_WAKE, 0));
  }

  /** Completes with each connection; {@code id} is the listening socket's number. */
  void accept(int fd, int id, int flags) {
    ring.submit(
        Ring.OP_ACCEPT, 0, Ring.ACCEPT_MULTISHOT, fd, 0, 0, flags, userData(ABOUT_ACCEPT, id));
  }

  void cancelAccept(int id) {
    cancel(userData(ABOUT_ACCEPT, id));
  }

  private void cancel(long userData) {
    ring.submit(Ring.OP_ASYNC_CANCEL, QUIETLY, 0, 0, userData, 0, 0, userData(ABOUT_NOTHING, 0));
  }

  /** Cancels all that the kernel has of the descriptor; each operation still completes. */
  void cancelAll(int fd) {
    int flags = Ring.CANCEL_ALL | Ring.CANCEL_FD;
    ring.submit(Ring.OP_ASYNC_CANCEL, QUIETLY, 0, fd, 0, 0, flags, userData(ABOUT_NOTHING, 0));
  }

  void close(int fd) {
    ring.submit(Ring.OP_CLOSE, QUIETLY, 0, fd, 0, 0, 0, userData(ABOUT_NOTHING, 0));
  }
}
