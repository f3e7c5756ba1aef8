package io.steelyard.proxy;

import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Timer;
import java.net.SocketAddress;

/**
 * A connection of which something has to come before its client can be served. What is wrong, or
 * does not come in time, ends it with a reset. Loop thread only.
 *
 * <pre>
 *   waiting --(what has to come)--> the next one's
 *     `--(something else, the end, too late)--> reset
 * </pre>
 */
abstract class Opening extends Timer implements ConnectionHandler {
  private static final long HURRY_NS = 1_000_000_000L;

  final ProxyLoop ctx;
  final LoopListener listener;
  final Connection connection;

  Opening(ProxyLoop ctx, LoopListener listener, Connection connection) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
  }

  /** Waits for it, as long as for the head of a request. */
  final void start() {
    ctx.loop().schedule(this, ctx.loop().nowNs() + listener.timeouts().headNs());
  }

  /** The same, while draining. */
  final void hurry() {
    long briefNs = Math.min(HURRY_NS, listener.timeouts().headNs());
    ctx.loop().schedule(this, ctx.loop().nowNs() + briefNs);
  }

  final SocketAddress localAddress() {
    return connection.localAddress();
  }

  /** It has come. */
  final void done() {
    ctx.loop().cancel(this);
  }

  /** Counts that it has not. */
  abstract void countRefused();

  final void refuse() {
    countRefused();
    close();
  }

  /** Ends it. */
  final void close() {
    ctx.loop().cancel(this);
    abort();
    listener.openingGone(this);
  }

  /** With a reset. */
  void abort() {
    connection.abort();
  }

  @Override
  protected final void expired(long nowNs) {
    refuse();
  }

  @Override
  public void inputClosed() {
    refuse();
  }

  @Override
  public void failed(int errno) {
    ctx.loop().cancel(this);
    listener.openingGone(this);
  }

  @Override
  public void connected() {}

  @Override
  public void drained() {}
}
