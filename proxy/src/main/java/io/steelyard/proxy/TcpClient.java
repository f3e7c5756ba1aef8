package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Keys;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.snapshot.ProxyProtocol;
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
final class TcpClient extends Timer implements ConnectionHandler, Waiting, LookingUp.Asker {
  /** What a connection counts as that came through, in place of a status. */
  private static final int CARRIED = 0;

  private final ProxyLoop ctx;
  private final LoopListener listener;
  private final Connection connection;
  private final ClientIdentity who;
  private final Bond bond = new Bond();
  private LoopPool pool;
  private final Retries retries;
  private final long key;
  private final LogRecord log;
  private final long startNs;
  private final Try current;
  private final WaitQueue.Ticket<Waiting> ticket = new WaitQueue.Ticket<>(this);
  private int serverIndex;
  private LoopServer server;
  private long connectFromNs;

  /** Why the last try failed. */
  private String why;

  private Connection upstream;

  /** Its session is being looked up; else null. */
  private LookingUp lookingUp;

  /** It waits for the budget of retries, not for room. */
  private boolean awaitsBudget;

  /** What came behind a proxy's header; null for nothing. */
  private Buffer early;

  private boolean inputEnded;
  private boolean over;

  /**
   * @param who it is for
   * @param early what it has sent already; null for nothing
   */
  TcpClient(
      ProxyLoop ctx,
      LoopListener listener,
      Connection connection,
      ClientIdentity who,
      Buffer early) {
    this.ctx = ctx;
    this.listener = listener;
    this.connection = connection;
    this.early = early;
    this.current = new Try(ctx.index());
    this.retries = new Retries(ctx);
    this.pool = listener.onlyPool();
    this.who = who;
    this.key =
        who.address() instanceof InetSocketAddress inet
            ? Keys.ofAddress(inet.getAddress().getAddress())
            : 0;
    if (pool.sessions() != null) {
      pool.sessions().look(key, bond);
    }
    startNs = ctx.loop().nowNs();
    log = listener.logs() ? LogRecord.tcp() : null;
    if (log != null) {
      log.client = who.logAddress();
      log.startNs = startNs;
    }
    connection.pauseReading();
  }

  /** Tries the first server, once its session is known or nobody knows it. */
  void start() {
    if (ctx.lookups().wanted(bond)) {
      lookingUp = ctx.lookups().ask(bond, deadlineNs(), this);
    }
    if (lookingUp == null) {
      tryNext();
    }
  }

  @Override
  public void heard(SessionEntry entry) {
    lookingUp = null;
    waitsFor(pool.queue().pool());
    if (pool.sessions() != null) {
      pool.sessions().heard(entry, bond);
    }
    tryNext();
  }

  /** Tries the next server; gives up when there is none. */
  private void tryNext() {
    if (retries.tried().isEmpty() && pool.hasWaiting() && !pool.homeTakesNoneNew(bond)) {
      await();
      return;
    }
    int index = pool.take(bond, key, retries.tried(), current.lease());
    if (index != Balancer.NONE) {
      connect(index);
      return;
    }
    Refusal refusal = pool.whyNone(bond);
    if (pool.letsWait(refusal)) {
      await();
    } else if (server == null) {
      refuse(refusal.text());
    } else {
      givenUp();
    }
  }

  private void refuse(String reason) {
    listener.count(pool, server, 503, bond);
    log(503, server == null ? Side.BALANCER : Side.SERVER, reason);
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
  public WaitQueue.Kind roomKind() {
    return retries.roomKind(bond);
  }

  @Override
  public void waitsFor(LoopPool next) {
    if (retries.tried().isEmpty()) {
      pool = next;
    }
  }

  @Override
  public boolean tryAgain() {
    return awaitsBudget ? tryBudget() : tryPlace();
  }

  private boolean tryPlace() {
    int index = pool.take(bond, key, retries.tried(), current.lease());
    if (index != Balancer.NONE) {
      pool.queue().leave(this);
      connect(index);
      return true;
    }
    Refusal refusal = pool.whyNone(bond);
    boolean inVain = !pool.letsWait(refusal);
    if (inVain) {
      pool.queue().leave(this);
      refuse(refusal.text());
    }
    return inVain;
  }

  @Override
  public long deadlineNs() {
    return Long.MAX_VALUE;
  }

  @Override
  public void waitedInVain(Refusal refusal) {
    if (awaitsBudget) {
      denyRetry();
    } else {
      refuse(refusal.text());
    }
  }

  private void connect(int index) {
    if (server != null) {
      server.counters().retries++;
    }
    retries.attempt();
    serverIndex = index;
    server = pool.server(index);
    current.begin(pool, index);
    server.counters().connects++;
    upstream = ctx.loop().connect(server.sockaddr(), new Connecting());
    connectFromNs = ctx.loop().nowNs();
    ctx.loop().schedule(this, connectFromNs + server.connectNs());
  }

  @Override
  protected void expired(long nowNs) {
    upstream.close();
    failedTry(Outcome.TIMED_OUT, "the server cannot be connected to in time");
  }

  private void failedTry(Outcome outcome, String reason) {
    why = reason;
    server.counters().connectFailures++;
    current.end(outcome, ctx.loop().nowNs());
    upstream = null;
    retries.tried().add(serverIndex);
    // Before: what other loops give back in between is taken.
    boolean worthWaiting = pool.retryMayBeAllowed();
    if (!retries.left(pool.pool().limits())) {
      givenUp();
    } else if (retries.takeBudget(pool)) {
      tryNext();
    } else {
      awaitBudget(worthWaiting);
    }
  }

  /** It has failed for good; if that was a retry, retries may be of no use. */
  private void givenUp() {
    if (retries.haveBudget() && retries.attempts() > 1) {
      pool.queue().turns().failed();
    }
    refuse(why);
  }

  private void awaitBudget(boolean worthWaiting) {
    awaitsBudget = true;
    if (!worthWaiting || !pool.queue().joinRetries(this)) {
      denyRetry();
    }
  }

  private boolean tryBudget() {
    boolean hopeless = !pool.retryMayBeAllowed();
    if (!retries.takeBudget(pool)) {
      if (hopeless) {
        pool.queue().leave(this);
        denyRetry();
      }
      return hopeless;
    }
    pool.queue().leave(this);
    awaitsBudget = false;
    tryNext();
    return true;
  }

  private void denyRetry() {
    server.counters().retriesDenied++;
    refuse(why + "; too many retries are under way");
  }

  /** It is this host that lacks something: no server is to blame, none would do better. */
  private void lacking(String reason) {
    current.end(Outcome.NEUTRAL, ctx.loop().nowNs());
    listener.count(pool, null, 503, bond);
    log(503, Side.BALANCER, reason);
    end(true);
  }

  /** What is known of it; the bytes and the end of a tunnel come later. */
  private void fillLog() {
    log.pool = pool.pool().name();
    log.poolCounters = pool.counters();
    log.server = server;
    log.sticky = bond.result;
    log.attempts = retries.attempts();
    log.queueNs = server == null ? LogRecord.NEVER : 0;
    log.totalNs = ctx.loop().nowNs() - startNs;
  }

  /** It ends without a tunnel. */
  private void log(int status, Side side, String cause) {
    if (log != null && !over) {
      fillLog();
      log.status = status;
      log.end(side, cause);
      log.broken = true;
      listener.log(log);
    }
  }

  private void end(boolean reset) {
    if (over) {
      return;
    }
    over = true;
    if (early != null) {
      early.release();
      early = null;
    }
    ctx.loop().cancel(this);
    listener.tcpGone(this);
    if (ticket.waits()) {
      pool.queue().leave(this);
    }
    if (lookingUp != null) {
      lookingUp.leave();
      lookingUp = null;
    }
    retries.giveBudget(pool);
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

  /** Where its client is connected to. */
  SocketAddress localAddress() {
    return connection.localAddress();
  }

  void close() {
    log(0, Side.BALANCER, "it stops");
    end(true);
  }

  /** Tells the server whom it is for, if it is to know; false without a buffer for that. */
  private boolean announce() {
    ProxyProtocol version = server.announces();
    return version == ProxyProtocol.NONE
        || ServerPreamble.send(ctx, upstream, version, who.ends(), early != null);
  }

  private void sendEarly() {
    if (early != null) {
      if (log != null) {
        log.requestBytes += early.size();
      }
      upstream.send(early);
      early = null;
    }
  }

  /** The server's side until it stands. */
  private final class Connecting implements ConnectionHandler {
    @Override
    public void connected() {
      ctx.loop().cancel(TcpClient.this);
      if (!announce()) {
        lacking("out of buffers");
        return;
      }
      over = true;
      listener.tcpGone(TcpClient.this);
      listener.count(pool, server, CARRIED, bond);
      if (retries.haveBudget()) {
        pool.queue().turns().answered();
      }
      retries.giveBudget(pool);
      server.counters().connectSeconds.record(ctx.loop().nowNs() - connectFromNs);
      upstream.pauseReading();
      if (log != null) {
        fillLog();
        log.connectNs = ctx.loop().nowNs() - connectFromNs;
      }
      sendEarly();
      Tunnel.Lease lease = new Tunnel.Lease(ctx, listener, current, log);
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
      String reason = "the server cannot be connected to: " + Errno.text(errno);
      if (Errno.ours(errno)) {
        lacking(reason);
      } else {
        failedTry(Outcome.BROKEN, reason);
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
    log(0, Side.CLIENT, Errno.text(errno));
    end(false);
  }
}
