package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Keys;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Errno;
import io.steelyard.net.Timer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A client of a TCP listener until its server is found; then a {@link Tunnel} takes over. Nothing
 * is read meanwhile, so a server that cannot be reached costs nothing but time: the next one is
 * tried.
 */
final class TcpClient extends Timer implements ConnectionHandler {
  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private final LoopPool pool;
  private final LoopPool.Tried tried = new LoopPool.Tried();
  private final long key;
  private int attempts;
  private int serverIndex;
  private LoopServer server;
  private Connection upstream;
  private boolean inputEnded;
  private boolean over;

  TcpClient(ProxyLoop ctx, LoopListener listener, Connection connection) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
    this.pool = listener.pool(listener.routes().routes().getFirst().pool());
    SocketAddress a = connection.remoteAddress();
    this.key =
        a instanceof InetSocketAddress inet ? Keys.ofAddress(inet.getAddress().getAddress()) : 0;
    connection.pauseReading();
  }

  /** Tries the next server; gives up when there is none. */
  void tryNext() {
    int index = pool.pick(key, tried);
    if (index == Balancer.NONE || attempts > pool.pool().limits().retries()) {
      listener.countOwn(503);
      listener.logRefused(503, pool.whyNone(), connection.remoteAddress());
      end(true);
      return;
    }
    attempts++;
    serverIndex = index;
    server = pool.server(index);
    server.state().acquire(ctx.index());
    server.counters().connects++;
    upstream = ctx.loop().connect(server.sockaddr(), new Connecting());
    ctx.loop().schedule(this, ctx.loop().nowNs() + server.connectNs());
  }

  @Override
  protected void expired(long nowNs) {
    upstream.close();
    failedTry();
  }

  private void failedTry() {
    server.counters().connectFailures++;
    server.state().release(ctx.index());
    upstream = null;
    tried.add(serverIndex);
    tryNext();
  }

  /** It is this host that lacks something: no server is to blame, none would do better. */
  private void lacking(int errno) {
    String why = "connect: " + Errno.text(errno);
    listener.countOwn(503);
    listener.logRefused(503, why, connection.remoteAddress());
    end(true);
  }

  private void end(boolean reset) {
    if (over) {
      return;
    }
    over = true;
    ctx.loop().cancel(this);
    listener.tcpGone(this);
    if (upstream != null) {
      upstream.close();
      server.state().release(ctx.index());
    }
    if (reset) {
      connection.abort();
    } else {
      connection.close();
    }
  }

  void close() {
    end(false);
  }

  /** The server's side until it stands. */
  private final class Connecting implements ConnectionHandler {
    @Override
    public void connected() {
      ctx.loop().cancel(TcpClient.this);
      over = true;
      listener.tcpGone(TcpClient.this);
      upstream.pauseReading();
      Tunnel.Lease lease = new Tunnel.Lease(ctx, listener, server);
      new Tunnel(ctx, connection, upstream, listener.timeouts().tunnelNs(), lease)
          .start(inputEnded);
    }

    @Override
    public void received(Buffer bytes) {
      bytes.release();
    }

    @Override
    public void inputClosed() {}

    @Override
    public void drained() {}

    @Override
    public void failed(int errno) {
      ctx.loop().cancel(TcpClient.this);
      if (Errno.ours(errno)) {
        lacking(errno);
      } else {
        failedTry();
      }
    }
  }

  @Override
  public void connected() {}

  @Override
  public void received(Buffer bytes) {
    throw new IllegalStateException("reading is paused");
  }

  @Override
  public void inputClosed() {
    inputEnded = true;
  }

  @Override
  public void drained() {}

  @Override
  public void failed(int errno) {
    end(false);
  }
}
