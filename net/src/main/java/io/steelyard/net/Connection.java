package io.steelyard.net;

import java.net.SocketAddress;

/**
 * A stream socket of a loop. All methods are for the loop's thread, return at once and never call
 * back. After {@link #close()} or {@link ConnectionHandler#failed} nothing more is told, and
 * further calls do nothing (a buffer given to {@link #send} is released).
 */
public abstract class Connection {
  /** Queued bytes from which on {@link #congested()} holds. */
  public static final int HIGH_WATER_BYTES = 64 * 1024;

  /** The same in buffers: small pieces fill them badly. */
  public static final int HIGH_WATER_BUFFERS = 8;

  protected ConnectionHandler handler;
  boolean putOff;

  protected Connection(ConnectionHandler handler) {
    this.handler = handler;
  }

  /** Does what {@link Loop#putOff} put off. */
  protected abstract void resume();

  /** From now on events go there. */
  public final void handler(ConnectionHandler next) {
    handler = next;
  }

  /**
   * Sends the buffer's bytes after all that was sent before; the buffer belongs to the connection
   * from now on.
   */
  public final void send(Buffer bytes) {
    send(bytes, false);
  }

  /**
   * As {@link #send(Buffer)}; {@code more} says that further bytes follow at once, so the kernel
   * may wait for them.
   */
  public abstract void send(Buffer bytes, boolean more);

  /** Bytes that wait for the kernel to take them. */
  public abstract int queuedBytes();

  /**
   * The same and what the kernel holds because the peer has not taken it: while nothing is sent, a
   * change says that the peer is taking it. Costs a system call.
   */
  public abstract int unsentBytes();

  /**
   * Whether so much is queued that the source should be paused; {@link ConnectionHandler#drained()}
   * follows.
   */
  public abstract boolean congested();

  /**
   * No more {@code received} until {@link #resumeReading()}; the kernel's buffer fills and slows
   * the peer down.
   */
  public abstract void pauseReading();

  public abstract void resumeReading();

  public abstract boolean readingPaused();

  /**
   * Whether all that the peer had sent has been received: false if more is there, or the input has
   * ended, or it cannot be known. Costs nothing when the last receive found the socket emptied,
   * else a system call.
   */
  public abstract boolean dry();

  /** Whether bytes are there that have not been received. Costs a system call. */
  public abstract boolean unread();

  /**
   * Moves up to {@code bytes} from this connection to {@code target}, where possible inside the
   * kernel (splice), with back-pressure. Until it ends, nothing is {@code received} here and
   * nothing may be sent to the target.
   *
   * @param untilDry whether to end as soon as the source has nothing to read at the moment
   * @return false if no transfer begins, for want of a pipe: then all goes on as if this had not
   *     been called
   */
  public abstract boolean transferTo(
      Connection target, long bytes, boolean untilDry, TransferHandler progress);

  /** Sends what is queued, then says that no more will follow (FIN). Reading goes on. */
  public abstract void shutdownOutput();

  /** Sends what is queued, then closes. What arrives meanwhile is dropped. Nothing more is told. */
  public abstract void closeAfterSend();

  /**
   * As {@link #closeAfterSend}, but ends with a reset, so that the peer notices that something is
   * missing. What the kernel has not sent by then may be lost.
   */
  public abstract void abortAfterSend();

  /** Closes now; what is queued is dropped. Nothing more is told. */
  public abstract void close();

  /**
   * Closes now with a reset, so that the peer notices that something is missing. Nothing more is
   * told.
   */
  public abstract void abort();

  public abstract boolean isClosed();

  /**
   * The peer's address; null for a UNIX socket, and for a peer that had reset the connection before
   * this was asked first. May cost a system call.
   */
  public abstract SocketAddress remoteAddress();

  /** This side's address; null for a UNIX socket. May cost a system call; ask once. */
  public abstract SocketAddress localAddress();
}
