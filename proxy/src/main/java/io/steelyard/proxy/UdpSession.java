package io.steelyard.proxy;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.Keys;
import io.steelyard.core.health.Standing;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.server.Outcome;
import io.steelyard.net.DatagramFlow;
import io.steelyard.net.DatagramReader;
import io.steelyard.net.Datagrams;
import io.steelyard.net.Errno;
import io.steelyard.net.Timer;
import java.net.InetSocketAddress;

/**
 * A client of a UDP listener and the server that its datagrams go to, through a socket of its own:
 * what comes back there is for this client. Loop thread only.
 *
 * <pre>
 *   NEW --place--> PLACED --open--> OPEN --idle for too long, refused--> ENDED
 *   OPEN --listener or server leaves--> LINGERS: only answers --a moment later--> ENDED
 *   PLACED --withdraw--> ENDED
 * </pre>
 */
final class UdpSession extends Timer implements DatagramReader {
  /** A server that talks much waits for the next turn after so many. */
  private static final int ANSWERS_AT_ONCE = 8;

  /** For answers that are in flight when no more questions are taken. */
  private static final long LINGER_NS = 1_000_000_000;

  /** When one has come meanwhile: for those right behind it. */
  private static final long LINGER_ANSWERED_NS = 100_000_000;

  private static final int NO_FD = -1;

  final int hash;

  /** The next one in the same bucket of the table. */
  UdpSession chained;

  /** When it may look for another server again. */
  long moveFromNs;

  private final ProxyLoop ctx;
  private final UdpListener listener;
  private final DatagramFlow flow;
  private final Try current;
  private final Bond bond = new Bond();
  private final long startNs;
  private LoopPool pool;
  private LoopServer server;
  private UdpCounters.Traffic traffic;
  private LogRecord log;
  private int fd = NO_FD;
  private long requestBytes;
  private long responseBytes;
  private long firstByteNs = LogRecord.NEVER;

  /** Something was sent that was not answered yet; there are protocols without answers. */
  private boolean awaits;

  private boolean lingers;
  private boolean over;

  UdpSession(ProxyLoop ctx, UdpListener listener, DatagramFlow flow, int hash) {
    this.ctx = ctx;
    this.listener = listener;
    this.flow = flow;
    this.hash = hash;
    this.current = new Try(ctx.index());
    this.startNs = ctx.loop().nowNs();
  }

  DatagramFlow flow() {
    return flow;
  }

  LoopServer server() {
    return server;
  }

  // ---- beginning

  /**
   * Takes a place at a server.
   *
   * @param avoided servers that are taken only if there is no other
   * @return false if there is none
   */
  boolean place(LoopPool at, Tried avoided) {
    pool = at;
    InetSocketAddress peer = flow.peer();
    long key = Keys.ofAddress(peer.getAddress().getAddress());
    if (pool.sessions() != null) {
      pool.sessions().look(key, bond);
    }
    int index = pool.take(bond, key, avoided, current.lease());
    if (index == Balancer.NONE && !avoided.isEmpty()) {
      avoided.clear();
      index = pool.take(bond, key, avoided, current.lease());
    }
    if (index == Balancer.NONE) {
      return false;
    }
    current.begin(pool, index);
    server = pool.server(index);
    if (listener.logs()) {
      log = LogRecord.tcp();
      log.client = new LogAddress(peer);
      log.startNs = startNs;
    }
    return true;
  }

  /** Gives the place back before anything was sent. */
  void withdraw() {
    over = true;
    current.withdrawn(ctx.loop().nowNs());
  }

  /**
   * Opens the socket to the server.
   *
   * @return 0, or the error; it is over then
   */
  int open() {
    server.counters().connects++;
    int opened = ctx.loop().datagrams().connect(server.sockaddr());
    if (opened < 0) {
      over = true;
      boolean ours = isOurs(-opened);
      server.counters().connectFailures++;
      current.end(ours ? Outcome.NEUTRAL : Outcome.BROKEN, ctx.loop().nowNs());
      return -opened;
    }
    fd = opened;
    traffic = listener.traffic(server.id());
    ctx.loop().watch(fd, this);
    touch(listener.idleNs());
    listener.countSession(pool, server, bond);
    return 0;
  }

  /**
   * No server would do better: EAGAIN says that all local ports are taken, EPERM that a filter or a
   * full table of connections of this host does not let it pass.
   */
  static boolean isOurs(int errno) {
    return Errno.ours(errno)
        || errno == Errno.EAGAIN
        || errno == Errno.EADDRNOTAVAIL
        || errno == Errno.EPERM;
  }

  private void touch(long afterNs) {
    ctx.loop().schedule(this, ctx.loop().nowNs() + afterNs);
  }

  /** Whether its server does not want it any more, or not as much as others do. */
  boolean wantsToMove() {
    return !belongs() || !isWelcome();
  }

  /** Whether its server is still one of the listener's. */
  boolean belongs() {
    return !server.retired() && pool.pool().name().equals(listener.pool().pool().name());
  }

  boolean isWelcome() {
    Standing standing = server.state().standing();
    return pool.sessions() == null ? standing.takesNew() : standing.keepsBound();
  }

  // ---- datagrams

  /**
   * Sends datagram {@code i} of the batch to the server.
   *
   * @return false if the server has refused what came before: it is over, this one was not sent
   */
  boolean forward(Datagrams batch, int i) {
    int sent = batch.forward(i, fd);
    if (sent == -Errno.EMSGSIZE) {
      // That may have been about a former one, which a router found too long: the kernel knows now.
      sent = batch.forward(i, fd);
    }
    if (sent >= 0) {
      forwarded(batch.size(i));
    } else if (sent == -Errno.EMSGSIZE) {
      listener.drop(UdpDrop.TOO_LONG);
    } else if (isOurs(-sent)) {
      listener.drop(UdpDrop.SERVER_UNSENT);
    } else {
      failed(-sent);
      return false;
    }
    return true;
  }

  private void forwarded(int bytes) {
    long nowNs = ctx.loop().nowNs();
    traffic.datagramsIn++;
    traffic.bytesIn += bytes;
    requestBytes += bytes;
    current.carried(bytes, nowNs);
    if (!awaits) {
      awaits = true;
      current.sent(nowNs);
    }
    touch(listener.idleNs());
  }

  @Override
  public void readable() {
    Datagrams batch = ctx.loop().datagrams();
    int n = batch.receive(fd, ANSWERS_AT_ONCE);
    if (n < 0) {
      // EMSGSIZE: a router on the way has a smaller MTU; the next ones go in fragments.
      if (n != -Errno.EAGAIN && n != -Errno.EINTR && n != -Errno.EMSGSIZE) {
        failed(-n);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      answer(batch, i);
    }
  }

  private void answer(Datagrams batch, int i) {
    if (batch.cut(i)) {
      listener.drop(UdpDrop.TOO_LONG);
      return;
    }
    answered();
    int sent = batch.answer(i, listener.answerFd(), flow);
    if (sent < 0) {
      listener.drop(sent == -Errno.EMSGSIZE ? UdpDrop.TOO_LONG : UdpDrop.CLIENT_UNSENT);
      return;
    }
    traffic.datagramsOut++;
    traffic.bytesOut += sent;
    responseBytes += sent;
    current.carried(sent, ctx.loop().nowNs());
  }

  private void answered() {
    long nowNs = ctx.loop().nowNs();
    if (firstByteNs == LogRecord.NEVER) {
      firstByteNs = nowNs - startNs;
      current.works();
    }
    if (awaits) {
      awaits = false;
      current.answered(nowNs);
      if (lingers) {
        touch(LINGER_ANSWERED_NS);
      }
    }
    if (!lingers) {
      touch(listener.idleNs());
    }
  }

  // ---- ends

  @Override
  protected void expired(long nowNs) {
    end(ended(), lingers ? Side.BALANCER : Side.NONE, lingers ? "it lets go" : null);
  }

  private Outcome ended() {
    return firstByteNs == LogRecord.NEVER ? Outcome.NEUTRAL : Outcome.GOOD;
  }

  /** The port is closed there, as ICMP has told, or there is no way to the server. */
  private void failed(int errno) {
    server.counters().connectFailures++;
    listener.refusedBy(server);
    if (log != null) {
      log.broken = true;
    }
    end(Outcome.BROKEN, Side.SERVER, "the server cannot be reached: " + Errno.text(errno));
  }

  /** Nothing more is sent; what is in flight may come back for a moment. */
  void linger() {
    if (lingers) {
      return;
    }
    lingers = true;
    if (awaits) {
      touch(LINGER_NS);
    } else {
      end(ended(), Side.BALANCER, "it lets go");
    }
  }

  /** Ends it now. */
  void stop(String why) {
    end(ended(), Side.BALANCER, why);
  }

  private void end(Outcome outcome, Side side, String why) {
    if (over) {
      return;
    }
    over = true;
    ctx.loop().cancel(this);
    ctx.loop().unwatch(fd);
    ctx.loop().datagrams().close(fd);
    fd = NO_FD;
    current.end(outcome, ctx.loop().nowNs());
    if (log != null) {
      log(side, why);
    }
    listener.gone(this);
  }

  private void log(Side side, String why) {
    log.pool = pool.pool().name();
    log.poolCounters = pool.counters();
    log.server = server;
    log.sticky = bond.result;
    log.attempts = 1;
    log.requestBytes = requestBytes;
    log.responseBytes = responseBytes;
    log.queueNs = 0;
    log.connectNs = 0;
    log.firstByteNs = firstByteNs;
    log.totalNs = ctx.loop().nowNs() - startNs;
    log.end(side, why);
    listener.log(log);
  }
}
