package io.steelyard.net.epoll;

import io.steelyard.net.Buffer;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Splice;
import io.steelyard.net.socket.SocketConnection;
import io.steelyard.net.sys.Abi;
import java.net.SocketAddress;

/**
 * A connection on epoll, registered once, edge-triggered for both directions: no further epoll_ctl
 * in its life. An edge is remembered in {@code readable} until a read finds the socket dry.
 */
final class EpollConnection extends SocketConnection {
  private static final int READS_PER_TURN = 4;

  private final EpollLoop loop;
  private boolean readable;
  private boolean hangUp;

  EpollConnection(EpollLoop loop, int fd, boolean connecting, ConnectionHandler handler) {
    super(loop, fd, connecting, handler);
    this.loop = loop;
  }

  int fd() {
    return fd;
  }

  // ---- events

  void onEvent(int events) {
    if (closed) {
      return;
    }
    if (connecting) {
      finishConnecting(events);
    } else if ((events & Abi.EPOLLOUT) != 0) {
      onWritable();
    }
    // Also with the event that says connected: a peer that speaks first tells of that only once.
    if (!closed && !connecting && (events & ~Abi.EPOLLOUT) != 0) {
      readable = true;
      hangUp |= (events & (Abi.EPOLLRDHUP | Abi.EPOLLHUP | Abi.EPOLLERR)) != 0;
      onReadable();
    }
  }

  private void finishConnecting(int events) {
    if (brokenErrno != 0) {
      // Connecting failed at once; telling that was only put off.
      fail(brokenErrno);
      return;
    }
    if ((events & (Abi.EPOLLOUT | Abi.EPOLLERR | Abi.EPOLLHUP)) == 0) {
      return;
    }
    int error = loop.libc().socketError(fd);
    if (error < 0) {
      fail(-error);
    } else {
      onConnected();
    }
  }

  private void onConnected() {
    connecting = false;
    handler.connected();
    if (!closed) {
      flush();
    }
  }

  private void onWritable() {
    if (!queue.isEmpty()) {
      flush();
    }
    if (!closed && spliceSource != null && queue.isEmpty()) {
      stepSource();
    }
  }

  private void onReadable() {
    if (splice != null) {
      stepSplice();
    } else if (!paused) {
      read();
    } else if (brokenErrno != 0) {
      fail(brokenErrno);
    }
  }

  /**
   * What was put off to the end of the turn: reading on, a connection that was there at once, an
   * error while sending.
   */
  @Override
  protected void resume() {
    if (closed) {
      return;
    }
    if (connecting) {
      if (brokenErrno != 0) {
        fail(brokenErrno);
      } else {
        onConnected();
      }
      return;
    }
    if (readable || brokenErrno != 0) {
      onReadable();
    }
  }

  private void read() {
    for (int i = 0; i < READS_PER_TURN; i++) {
      if (closed || splice != null || paused || !readable || inputEnded) {
        break;
      }
      readOnce();
    }
    if (closed || splice != null || paused) {
      return;
    }
    if (brokenErrno != 0 && (!readable || inputEnded)) {
      fail(brokenErrno);
    } else if (readable && !inputEnded) {
      loop.putOff(this);
    }
  }

  private void readOnce() {
    Buffer b = loop.buffers().takeToReceive();
    if (b == null) {
      loop.starved(this);
      readable = false;
      return;
    }
    int n = loop.libc().recv(fd, b.address(), Buffer.RECEIVE_BYTES);
    if (n > 0) {
      readable = hangUp || n == Buffer.RECEIVE_BYTES;
      b.range(Buffer.HEADROOM, Buffer.HEADROOM + n);
      if (closeWanted) {
        b.release();
      } else {
        handler.received(b);
      }
      return;
    }
    b.release();
    readable = false;
    if (n == 0) {
      inputEnded = true;
      if (!closeWanted) {
        handler.inputClosed();
      }
    } else if (n != -Errno.EAGAIN) {
      fail(-n);
    }
  }

  /** Buffers are back: reads on. */
  void fed() {
    readable = true;
    loop.putOff(this);
  }

  // ---- sending

  @Override
  protected void transmit(Buffer b) {
    if (connecting || !queue.isEmpty()) {
      queue.add(b);
      return;
    }
    int n = loop.libc().send(fd, b.address(), b.size(), flags(b));
    if (n == b.size()) {
      b.release();
    } else if (n >= 0) {
      b.skip(n);
      queue.add(b);
    } else if (n == -Errno.EAGAIN) {
      queue.add(b);
    } else {
      b.release();
      broken(-n);
    }
  }

  private static int flags(Buffer b) {
    return b.more() ? Abi.MSG_NOSIGNAL | Abi.MSG_MORE : Abi.MSG_NOSIGNAL;
  }

  /**
   * Nothing more can be sent. What the peer sent before is still read, then the failure is told.
   */
  private void broken(int errno) {
    brokenErrno = errno;
    queue.clear();
    readable = true;
    if (closeWanted) {
      closeAndTell();
    } else {
      loop.putOff(this);
    }
  }

  private void flush() {
    while (!queue.isEmpty()) {
      Buffer b = queue.peek();
      int n = loop.libc().send(fd, b.address(), b.size(), flags(b));
      if (n == b.size()) {
        queue.poll().release();
      } else if (n >= 0) {
        queue.skip(n);
        return;
      } else if (n == -Errno.EAGAIN) {
        return;
      } else {
        broken(-n);
        return;
      }
    }
    if (closeWanted) {
      closeAndTell();
    } else if (finWanted) {
      sendFin();
    } else if (tellDrained) {
      tellDrained = false;
      handler.drained();
    }
  }

  // ---- receiving

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
    if ((readable || brokenErrno != 0) && !closed) {
      loop.putOff(this);
    }
  }

  @Override
  public boolean dry() {
    if (closed || inputEnded || brokenErrno != 0) {
      return false;
    }
    return !readable || loop.libc().peek(fd) == -Errno.EAGAIN;
  }

  @Override
  public boolean unread() {
    return !closed && loop.libc().peek(fd) > 0;
  }

  // ---- splice

  @Override
  protected void spliceBegins() {
    readable = true;
  }

  @Override
  protected void stepSplice() {
    EpollConnection to = (EpollConnection) spliceTarget;
    if (!to.queue.isEmpty() || to.connecting) {
      return;
    }
    switch (splice.step(loop.libc(), fd, to.fd)) {
      case SOURCE -> readable = false;
      case TARGET -> {}
      case TURN -> loop.putOff(this);
      case ENDED -> {
        Splice ended = splice;
        endSplice();
        loop.putOff(this);
        ended.progress().transferEnded(ended.left());
      }
      case SOURCE_BROKE -> fail(splice.errno());
      case TARGET_BROKE -> to.broken(splice.errno());
    }
  }

  // ---- closing

  @Override
  public void closeAfterSend() {
    closeWanted = true;
    paused = false;
    if (queue.isEmpty() || connecting) {
      closeAsWanted();
    }
  }

  @Override
  protected void dropBuffers() {
    queue.clear();
  }

  @Override
  protected void letGo() {
    loop.closed(this);
  }

  void brokenFromTheStart(int errno) {
    brokenErrno = errno;
  }

  /** Known from accepting: it need not be asked for. */
  void remoteAddress(SocketAddress known) {
    remote = known;
  }
}
