package io.steelyard.net.epoll;

import io.steelyard.net.Buffer;
import io.steelyard.net.BufferQueue;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Pipe;
import io.steelyard.net.Splice;
import io.steelyard.net.TransferHandler;
import io.steelyard.net.sys.Abi;
import java.net.SocketAddress;

/**
 * A connection on epoll, registered once, edge-triggered for both directions: no further epoll_ctl
 * in its life. An edge is remembered in {@code readable} until a read finds the socket dry.
 */
final class EpollConnection extends Connection {
  private static final int READS_PER_TURN = 4;

  private final EpollLoop loop;
  final int fd;
  private final BufferQueue queue = new BufferQueue();
  private SocketAddress remote;
  private boolean connecting;
  private boolean readable;
  private boolean hangUp;
  private boolean inputEnded;
  private boolean paused;
  private boolean tellDrained;
  private boolean finWanted;
  private boolean finSent;
  private boolean closeWanted;
  private boolean resetWanted;
  private boolean closed;
  private int brokenErrno;

  /** The transfer that this connection is the source of. */
  private Splice splice;

  private EpollConnection spliceTarget;
  private EpollConnection spliceSource;

  EpollConnection(EpollLoop loop, int fd, boolean connecting, ConnectionHandler handler) {
    super(handler);
    this.loop = loop;
    this.fd = fd;
    this.connecting = connecting;
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
      spliceSource.stepSplice();
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

  private void fail(int errno) {
    boolean told = closeWanted;
    close();
    if (told) {
      handler.closed();
    } else {
      handler.failed(errno);
    }
  }

  // ---- sending

  @Override
  public void send(Buffer b, boolean more) {
    if (closed || finWanted || closeWanted || brokenErrno != 0 || b.size() == 0) {
      b.release();
      return;
    }
    b.more(more);
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

  private void closeAndTell() {
    closeAsWanted();
    handler.closed();
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

  @Override
  public int queuedBytes() {
    return queue.bytes();
  }

  @Override
  public int unsentBytes() {
    return queue.bytes() + (closed ? 0 : loop.libc().unacknowledged(fd));
  }

  @Override
  public boolean congested() {
    boolean c =
        queue.bytes() >= HIGH_WATER_BYTES
            || queue.buffers() >= HIGH_WATER_BUFFERS
            || (!queue.isEmpty() && loop.buffers().scarce());
    tellDrained |= c;
    return c;
  }

  @Override
  public void shutdownOutput() {
    if (closed || finWanted) {
      return;
    }
    finWanted = true;
    if (queue.isEmpty() && !connecting) {
      sendFin();
    }
  }

  private void sendFin() {
    if (!finSent) {
      finSent = true;
      loop.libc().shutdown(fd, Abi.SHUT_WR);
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
  public boolean readingPaused() {
    return paused;
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
  public boolean transferTo(
      Connection target, long bytes, boolean untilDry, TransferHandler progress) {
    assert splice == null : "a transfer is under way";
    EpollConnection to = (EpollConnection) target;
    Pipe pipe = closed || to.closed ? null : loop.pipes().take();
    if (pipe == null) {
      return false;
    }
    splice = new Splice(pipe, bytes, untilDry, progress);
    spliceTarget = to;
    to.spliceSource = this;
    readable = true;
    loop.putOff(this);
    return true;
  }

  private void stepSplice() {
    EpollConnection to = spliceTarget;
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

  private void endSplice() {
    if (splice != null) {
      loop.pipes().giveBack(splice.pipe(), splice.pipeEmpty());
      splice = null;
      spliceTarget.spliceSource = null;
      spliceTarget = null;
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
  public void abortAfterSend() {
    resetWanted = true;
    closeAfterSend();
  }

  private void closeAsWanted() {
    if (resetWanted) {
      abort();
    } else {
      close();
    }
  }

  @Override
  public void abort() {
    if (!closed) {
      loop.resetOnClose(fd);
    }
    close();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    queue.clear();
    endSplice();
    if (spliceSource != null) {
      loop.putOff(spliceSource);
      spliceSource.endSplice();
    }
    loop.closed(this);
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  void brokenFromTheStart(int errno) {
    brokenErrno = errno;
  }

  /** Known from accepting: it need not be asked for. */
  void remoteAddress(SocketAddress known) {
    remote = known;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote != null || closed ? remote : loop.remoteAddress(fd);
  }

  @Override
  public SocketAddress localAddress() {
    return loop.localAddress(fd);
  }
}
