package io.steelyard.net.socket;

import io.steelyard.net.Buffer;
import io.steelyard.net.BufferQueue;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Pipe;
import io.steelyard.net.Splice;
import io.steelyard.net.TransferHandler;
import io.steelyard.net.sys.Abi;
import java.net.SocketAddress;

/**
 * What connections of all transports have in common: what is queued, how they end, and the transfer
 * that they are part of. When bytes move is the transport's.
 */
public abstract class SocketConnection extends Connection {
  private final SocketLoop loop;

  /** Negative: there is none, and it is broken from the start. */
  protected final int fd;

  protected final BufferQueue queue = new BufferQueue();

  /** Null: not known yet, or nobody's. */
  protected SocketAddress remote;

  protected boolean connecting;
  protected boolean paused;
  protected boolean inputEnded;

  /** The handler waits for the queue to be empty. */
  protected boolean tellDrained;

  protected boolean finWanted;
  private boolean finSent;
  protected boolean closeWanted;
  private boolean resetWanted;
  protected boolean closed;

  /** Why nothing more can be sent; 0: it can. */
  protected int brokenErrno;

  /** The transfer that this connection is the source of. */
  protected Splice splice;

  protected SocketConnection spliceTarget;
  protected SocketConnection spliceSource;

  protected SocketConnection(
      SocketLoop loop, int fd, boolean connecting, ConnectionHandler handler) {
    super(handler);
    this.loop = loop;
    this.fd = fd;
    this.connecting = connecting;
  }

  protected final void fail(int errno) {
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
  public final void send(Buffer b, boolean more) {
    if (closed || finWanted || closeWanted || brokenErrno != 0 || b.size() == 0) {
      b.release();
      return;
    }
    b.more(more);
    transmit(b);
  }

  /** Sends or queues it; it has at least one byte. */
  protected abstract void transmit(Buffer b);

  @Override
  public final int queuedBytes() {
    return queue.bytes();
  }

  @Override
  public final int unsentBytes() {
    return queue.bytes() + (closed ? 0 : loop.libc().unacknowledged(fd));
  }

  @Override
  public final boolean congested() {
    boolean c =
        queue.bytes() >= HIGH_WATER_BYTES
            || queue.buffers() >= HIGH_WATER_BUFFERS
            || (!queue.isEmpty() && loop.buffers().scarce());
    tellDrained |= c;
    return c;
  }

  @Override
  public final void shutdownOutput() {
    if (closed || finWanted) {
      return;
    }
    finWanted = true;
    if (queue.isEmpty() && !connecting) {
      sendFin();
    }
  }

  protected final void sendFin() {
    if (!finSent) {
      finSent = true;
      loop.libc().shutdown(fd, Abi.SHUT_WR);
    }
  }

  @Override
  public final boolean readingPaused() {
    return paused;
  }

  // ---- splice

  @Override
  public final boolean transferTo(
      Connection target, long bytes, boolean untilDry, TransferHandler progress) {
    assert splice == null : "a transfer is under way";
    if (!(target instanceof SocketConnection to)) {
      return false;
    }
    Pipe pipe = closed || to.closed ? null : loop.pipes().take();
    if (pipe == null) {
      return false;
    }
    splice = new Splice(pipe, bytes, untilDry, progress);
    spliceTarget = to;
    to.spliceSource = this;
    spliceBegins();
    loop.putOff(this);
    return true;
  }

  /** This connection is the source of a transfer from now on. */
  protected abstract void spliceBegins();

  /** Moves what can be moved, as the source. */
  protected abstract void stepSplice();

  /** The same, as the target. */
  protected final void stepSource() {
    spliceSource.stepSplice();
  }

  protected final void endSplice() {
    if (splice != null) {
      loop.pipes().giveBack(splice.pipe(), splice.pipeEmpty());
      splice = null;
      spliceTarget.spliceSource = null;
      spliceTarget = null;
    }
  }

  // ---- closing

  @Override
  public final void abortAfterSend() {
    resetWanted = true;
    closeAfterSend();
  }

  protected final void closeAsWanted() {
    if (resetWanted) {
      abort();
    } else {
      close();
    }
  }

  protected final void closeAndTell() {
    closeAsWanted();
    handler.closed();
  }

  @Override
  public final void abort() {
    if (!closed && fd >= 0) {
      loop.libc().lingerZero(fd);
    }
    close();
  }

  @Override
  public final void close() {
    if (closed) {
      return;
    }
    closed = true;
    dropBuffers();
    endSplice();
    if (spliceSource != null) {
      loop.putOff(spliceSource);
      spliceSource.endSplice();
    }
    letGo();
  }

  /** Releases all that the kernel does not need any more. */
  protected abstract void dropBuffers();

  /** Closes the descriptor; called once. */
  protected abstract void letGo();

  @Override
  public final boolean isClosed() {
    return closed;
  }

  @Override
  public final SocketAddress remoteAddress() {
    if (remote == null && !closed) {
      remote = loop.remoteAddress(fd);
    }
    return remote;
  }

  @Override
  public final SocketAddress localAddress() {
    return loop.localAddress(fd);
  }
}
