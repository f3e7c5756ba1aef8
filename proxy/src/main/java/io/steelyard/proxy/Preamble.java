package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Timer;
import io.steelyard.wire.proxyprotocol.ProxyRead.Header;
import io.steelyard.wire.proxyprotocol.ProxyRead.Malformed;
import io.steelyard.wire.proxyprotocol.ProxyRead.Partial;
import io.steelyard.wire.proxyprotocol.ProxyReader;
import java.net.SocketAddress;
import java.util.Arrays;

/**
 * A connection from a proxy that has to say first whom it forwards (PROXY protocol). What it says
 * wrongly, or not in time, ends it with a reset: nobody knows who is there. Loop thread only.
 *
 * <pre>
 *   waiting --header--> served, as the client that it names
 *     `--malformed, end, too late--> reset
 * </pre>
 */
final class Preamble extends Timer implements ConnectionHandler {
  /** Most headers are shorter than this. */
  private static final int BYTES_FIRST = 128;

  private static final long HURRY_NS = 1_000_000_000L;

  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private byte[] bytes = new byte[BYTES_FIRST];
  private int size;

  Preamble(ProxyLoop ctx, LoopListener listener, Connection connection) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
  }

  /** Waits for it, as long as for the head of a request. */
  void start() {
    ctx.loop().schedule(this, ctx.loop().nowNs() + listener.timeouts().headNs());
  }

  /** The same, while draining. */
  void hurry() {
    long briefNs = Math.min(HURRY_NS, listener.timeouts().headNs());
    ctx.loop().schedule(this, ctx.loop().nowNs() + briefNs);
  }

  SocketAddress localAddress() {
    return connection.localAddress();
  }

  @Override
  public void received(Buffer b) {
    int before = size;
    take(b);
    switch (ProxyReader.read(bytes, size)) {
      case Partial() -> b.release();
      case Malformed(_) -> {
        b.release();
        refuse();
      }
      case Header(var header, int length) -> {
        ctx.loop().cancel(this);
        b.skip(length - before);
        listener.begins(this, connection, header, b);
      }
    }
  }

  private void take(Buffer b) {
    int more = Math.min(b.size(), ProxyReader.BYTES_MAX - size);
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(ProxyReader.BYTES_MAX, 2 * (size + more)));
    }
    b.copyTo(b.from(), bytes, size, more);
    size += more;
  }

  private void refuse() {
    listener.countPreambleRefused();
    close();
  }

  /** Ends it. */
  void close() {
    ctx.loop().cancel(this);
    connection.abort();
    listener.preambleGone(this);
  }

  @Override
  protected void expired(long nowNs) {
    refuse();
  }

  @Override
  public void inputClosed() {
    refuse();
  }

  @Override
  public void failed(int errno) {
    ctx.loop().cancel(this);
    listener.preambleGone(this);
  }

  @Override
  public void connected() {}

  @Override
  public void drained() {}
}
