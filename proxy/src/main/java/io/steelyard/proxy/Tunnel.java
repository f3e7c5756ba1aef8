package io.steelyard.proxy;

import io.steelyard.core.server.Outcome;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Timer;
import io.steelyard.net.TransferHandler;
import java.net.SocketAddress;

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

  /**
   * What a tunnel holds of the server it goes to, given back when it ends.
   *
   * @param log its line for the access log, written at the end; null when nothing is logged
   */
  record Lease(ProxyLoop ctx, LoopListener listener, Try held, LogRecord log) {
    void end(Tunnel t) {
      held.end(t.serverBroke ? Outcome.BROKEN : Outcome.GOOD, ctx.loop().nowNs());
      if (log != null) {
        log.requestBytes += t.client.bytes;
        log.responseBytes += t.server.bytes;
        log.totalNs = ctx.loop().nowNs() - log.startNs;
        log.end(t.endedBy, t.cause);
        log.broken = t.broken;
        listener.log(log);
      }
      listener.tunnelEnded();
    }

    void carried(long bytes) {
      held.carried(bytes, ctx.loop().nowNs());
    }
  }

  private final ProxyLoop ctx;
  private final End client;
  private final End server;
  private final long idleNs;
  private final Lease lease;
  private boolean closed;

  /** Who was the first to end it. */
  private Side endedBy = Side.NONE;

  private String cause;
  private boolean broken;

  /** The server broke off a connection that its client still wanted. */
  private boolean serverBroke;

  Tunnel(ProxyLoop ctx, Connection client, Connection server, long idleNs, Lease lease) {
    this.ctx = ctx;
    this.idleNs = idleNs;
    this.lease = lease;
    this.client = new End(client, Side.CLIENT);
    this.server = new End(server, Side.SERVER);
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

  /** The first reason counts, what follows is its consequence; but a break outdoes an end. */
  private void ends(Side side, String why, boolean breaks) {
    if (endedBy == Side.NONE || (breaks && !broken)) {
      endedBy = side;
      cause = why;
      broken = breaks;
    }
  }

  private void touch() {
    ctx.loop().schedule(this, ctx.loop().nowNs() + idleNs);
  }

  @Override
  protected void expired(long nowNs) {
    ends(Side.BALANCER, "nothing went through for too long", true);
    closeBoth();
  }

  void close() {
    ends(Side.BALANCER, "it stops", true);
    // Bytes may be missing: neither side is to take this for the other's end.
    client.connection.abort();
    server.connection.abort();
    endIfClosed();
  }

  /** Where its client is connected to. */
  SocketAddress localAddress() {
    return client.connection.localAddress();
  }

  private void closeBoth() {
    client.connection.close();
    server.connection.close();
    endIfClosed();
  }

  private void endIfClosed() {
    if (!closed && client.connection.isClosed() && server.connection.isClosed()) {
      closed = true;
      ctx.loop().cancel(this);
      lease.listener().tunnelGone(this);
      lease.end(this);
    }
  }

  /** One of the two; what it receives goes to the other. */
  private final class End implements ConnectionHandler, TransferHandler {
    private final Connection connection;
    private final Side side;
    private End other;
    private int fullBuffers;
    private long bytes;
    private boolean ended;

    End(Connection connection, Side side) {
      this.connection = connection;
      this.side = side;
    }

    @Override
    public void connected() {}

    @Override
    public void received(Buffer b) {
      int n = b.size();
      bytes += n;
      spoke();
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

    private void spoke() {
      if (side == Side.SERVER) {
        lease.held().works();
      }
    }

    @Override
    public void transferred(long n) {
      bytes += n;
      spoke();
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
      ends(side, side == Side.CLIENT ? "the client ended first" : "the server ended first", false);
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

    /** Nobody has ended or broken it off before: what follows after that is a consequence. */
    private boolean breaksForTheFirstTime() {
      return !broken && !ended && !other.ended;
    }

    @Override
    public void closed() {
      endIfClosed();
    }

    /** The other side still gets what was received before, and then a reset, too. */
    @Override
    public void failed(int errno) {
      serverBroke |= breaksForTheFirstTime() && side == Side.SERVER && !Errno.ours(errno);
      ends(side, Errno.text(errno), true);
      touch();
      other.connection.abortAfterSend();
      endIfClosed();
    }
  }
}
