package io.steelyard.proxy;

import io.steelyard.core.server.Outcome;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Timer;
import io.steelyard.net.TransferHandler;

/**
 * Two connections whose bytes go across, unread, both ways; each direction ends by itself. Bulk
 * goes through the kernel: a direction that fills several buffers in a row is spliced until it runs
 * dry.
 *
 * <pre>
 *   OPEN --one side ends--> HALF (its end is passed on) --the other ends--> CLOSED
 *     \---------- a failure on either side, or nothing moves for too long ---------^
 * </pre>
 */
final class Tunnel extends Timer {
  private static final int FULL_BUFFERS_BEFORE_SPLICE = 4;

  /** What a tunnel holds of the server it goes to, given back when it ends. */
  record Lease(ProxyLoop ctx, LoopListener listener, Try held) {
    void end() {
      held.end(Outcome.GOOD, ctx.loop().nowNs());
      listener.tunnelEnded();
    }

    void carried(long bytes) {
      held.carried(bytes, ctx.loop().nowNs());
    }
  }

  private final ProxyLoop ctx;
  private final Side client;
  private final Side server;
  private final long idleNs;
  private final Lease lease;
  private boolean closed;

  Tunnel(ProxyLoop ctx, Connection client, Connection server, long idleNs, Lease lease) {
    this.ctx = ctx;
    this.idleNs = idleNs;
    this.lease = lease;
    this.client = new Side(client);
    this.server = new Side(server);
    this.client.other = this.server;
    this.server.other = this.client;
  }

  /** Both connections stand. */
  void start(boolean clientEnded) {
    client.connection.handler(client);
    server.connection.handler(server);
    lease.listener().tunnelBegan(this);
    touch();
    client.connection.resumeReading();
    server.connection.resumeReading();
    if (clientEnded) {
      client.inputClosed();
    }
  }

  long bytesToServer() {
    return client.bytes;
  }

  long bytesToClient() {
    return server.bytes;
  }

  private void touch() {
    ctx.loop().schedule(this, ctx.loop().nowNs() + idleNs);
  }

  @Override
  protected void expired(long nowNs) {
    close();
  }

  void close() {
    client.connection.close();
    server.connection.close();
    endIfClosed();
  }

  private void endIfClosed() {
    if (!closed && client.connection.isClosed() && server.connection.isClosed()) {
      closed = true;
      ctx.loop().cancel(this);
      lease.listener().tunnelGone(this);
      lease.end();
    }
  }

  /** One of the two; what it receives goes to the other. */
  private final class Side implements ConnectionHandler, TransferHandler {
    private final Connection connection;
    private Side other;
    private int fullBuffers;
    private long bytes;
    private boolean ended;

    Side(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void connected() {}

    @Override
    public void received(Buffer b) {
      int n = b.size();
      bytes += n;
      lease.carried(n);
      touch();
      other.connection.send(b);
      fullBuffers = n == Buffer.RECEIVE_BYTES ? fullBuffers + 1 : 0;
      if (fullBuffers >= FULL_BUFFERS_BEFORE_SPLICE) {
        fullBuffers = 0;
        if (connection.transferTo(other.connection, Long.MAX_VALUE, true, this)) {
          return;
        }
      }
      if (other.connection.congested()) {
        connection.pauseReading();
      }
    }

    @Override
    public void transferred(long n) {
      bytes += n;
      lease.carried(n);
      touch();
    }

    @Override
    public void delivered() {
      touch();
    }

    @Override
    public void transferEnded(long left) {}

    @Override
    public void drained() {
      if (!closed) {
        other.connection.resumeReading();
      }
    }

    @Override
    public void inputClosed() {
      ended = true;
      if (other.ended) {
        finish();
      } else {
        other.connection.shutdownOutput();
      }
    }

    /** Both have said all; what is queued still goes out, watched by the timer. */
    private void finish() {
      touch();
      connection.closeAfterSend();
      other.connection.closeAfterSend();
      endIfClosed();
    }

    @Override
    public void closed() {
      endIfClosed();
    }

    /** The other side still gets what was received before. */
    @Override
    public void failed(int errno) {
      touch();
      other.connection.closeAfterSend();
      endIfClosed();
    }
  }
}
