package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Keys;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.server.Outcome;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.Timer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A client of a TCP listener until its server is found; then a {@link Tunnel} takes over. Nothing
 * is read meanwhile, so a server that cannot be reached costs nothing but time: the next one is
 * tried.
 */
final class TcpClient extends Timer implements ConnectionHandler, Waiting {
  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private LoopPool pool;
  private final Tried tried = new Tried();
  private final long key;
  private int attempts;
  private final Try current;
  private final WaitQueue.Ticket<Waiting> ticket = new WaitQueue.Ticket<>(this);
  private int serverIndex;
  private LoopServer server;
  private Connection upstream;
  private boolean inputEnded;
  private boolean over;

  TcpClient(ProxyLoop ctx, LoopListener listener, Connection connection) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
    this.current = new Try(ctx.index());
    this.pool = listener.pool(listener.routes().routes().getFirst().pool());
    SocketAddress a = connection.remoteAddress();
    this.key =
        a instanceof InetSocketAddress inet ? Keys.ofAddress(inet.getAddress().getAddress()) : 0;
    connection.pauseReading();
  }

  /** Tries the next server; gives up when there is none. */
  void tryNext() {
    if (attempts > pool.pool().limits().retries()) {
      refuse("no server could be reached");
      return;
    }
    if (pool.hasWaiting()) {
      await();
      return;
    }
    int index = pool.take(key, tried, current.lease());
    if (index != Balancer.NONE) {
      connect(index);
      return;
    }
    Refusal why = pool.whyNone();
    if (pool.letsWait(why)) {
      await();
    } else {
      refuse(why.text());
    }
  }

  private void refuse(String why) {
    listener.countOwn(503);
    listener.logRefused(503, why, connection.remoteAddress());
    end(true);
  }

  private void await() {
    if (!pool.queue().join(this)) {
      refuse(Refusal.QUEUE_FULL.text());
    }
  }

  @Override
  public WaitQueue.Ticket<Waiting> ticket() {
    return ticket;
  }

  @Override
  public void waitsFor(LoopPool next) {
    if (tried.isEmpty()) {
      pool = next;
    }
  }

  @Override
  public boolean tryAgain() {
    int index = pool.take(key, tried, current.lease());
    if (index != Balancer.NONE) {
      pool.queue().leave(this);
      connect(index);
      return true;
    }
    Refusal why = pool.whyNone();
    boolean inVain = !pool.letsWait(why);
    if (inVain) {
      pool.queue().leave(this);
      refuse(why.text());
    }
    return inVain;
  }

  @Override
  public void waitedInVain(Refusal why) {
    refuse(why.text());
  }

  private void connect(int index) {
    attempts++;
    serverIndex = index;
    server = pool.server(index);
    current.begin(pool, index);
    server.counters().connects++;
    upstream = ctx.loop().connect(server.sockaddr(), new Connecting());
    ctx.loop().schedule(this, ctx.loop().nowNs() + server.connectNs());
  }

  @Override
  protected void expired(long nowNs) {
    upstream.close();
    failedTry(Outcome.TIMED_OUT);
  }

  private void failedTry(Outcome outcome) {
    server.counters().connectFailures++;
    current.end(outcome, ctx.loop().nowNs());
    upstream = null;
    tried.add(serverIndex);
    tryNext();
  }

  private void end(boolean reset) {
    if (over) {
      return;
    }
    over = true;
    ctx.loop().cancel(this);
    listener.tcpGone(this);
    if (ticket.waits()) {
      pool.queue().leave(this);
    }
    if (upstream != null) {
      upstream.close();
    }
    current.end(Outcome.NEUTRAL, ctx.loop().nowNs());
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
      Tunnel.Lease lease = new Tunnel.Lease(ctx, listener, current);
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
      failedTry(Outcome.BROKEN);
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
