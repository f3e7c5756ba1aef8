package io.steelyard.proxy;

import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Overlap;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.net.Datagrams;
import io.steelyard.net.ListenSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A UDP listener as one loop sees it: its clients, each with the server that its datagrams go to.
 * The kernel sends what a client says to one of the loops' sockets, always the same. Nobody waits
 * here: what cannot be sent at once is dropped, and counted. Loop thread only.
 */
final class UdpListener implements Entrance {
  /** What a session counts as that came about, in place of a status. */
  private static final int CARRIED = 0;

  /** The same of those for which there was no server. */
  private static final int REFUSED = 503;

  /** Batches that are still taken in when the listener closes. */
  private static final int LAST_BATCHES = 8;

  /** A session whose server does not want it looks for another one no more often. */
  private static final long MOVE_PAUSE_NS = 100_000_000;

  /** After this host had no port or descriptor for a session no other one is tried for so long. */
  private static final long NO_SOCKET_PAUSE_NS = 100_000_000;

  private static final int[] NONE = {};

  private final ProxyLoop ctx;
  private final ListenSocket socket;
  private final ConnectionLimit limit;
  private final ListenerCounters counters;
  private final UdpTable table = new UdpTable();
  private final UdpRefusals refusals;
  private final Tried avoided = new Tried();
  private final long seed;

  /** All sessions, those that only linger included. */
  private final Set<UdpSession> sessions = new HashSet<>();

  private Listener terms;
  private LoopPool pool;
  private long idleNs;
  private int[] fds = NONE;
  private long noSocketUntilNs;

  /** Answers are sent through it; -1: there is none. */
  private int answerFd = -1;

  private boolean listening;
  private boolean leaving;

  UdpListener(ProxyLoop ctx, Listener listener, LoopPool[] pools, Proxy.Open open) {
    this.ctx = ctx;
    this.socket = open.socket();
    this.limit = open.limit();
    this.counters = ctx.counters().listener(listener.name());
    this.refusals = new UdpRefusals(ctx.loop());
    this.seed = ctx.random().nextLong();
    this.noSocketUntilNs = ctx.loop().nowNs();
    if (counters.udp == null) {
      counters.udp = new UdpCounters();
    }
    follow(listener, pools);
  }

  @Override
  public void follow(Listener next, LoopPool[] pools) {
    terms = next;
    pool = pools[next.routes().routes().getFirst().pool()];
    idleNs = next.timeouts().idle().toNanos();
    limit.max(next.limits().connections());
    for (UdpSession s : List.copyOf(sessions)) {
      if (!s.belongs()) {
        table.remove(s);
        s.linger();
      }
    }
  }

  @Override
  public void open() {
    listening = true;
    fds = socket.fds(ctx.index());
    for (int fd : fds) {
      answerFd = fds[0];
      ctx.loop().watch(fd, () -> receive(fd));
    }
  }

  // ---- datagrams

  /** Takes in a batch; how many there were. */
  private int receive(int fd) {
    Datagrams batch = ctx.loop().datagrams();
    int n = batch.receive(fd, Datagrams.BATCH);
    for (int i = 0; i < n; i++) {
      if (batch.cut(i)) {
        drop(UdpDrop.TOO_LONG);
      } else {
        pass(batch, i);
      }
    }
    return n;
  }

  private void pass(Datagrams batch, int i) {
    int hash = batch.hash(i, seed);
    UdpSession session = table.find(batch, i, hash);
    if (session != null && session.wantsToMove()) {
      session = elsewhere(session);
    }
    if (session == null) {
      session = begin(batch, i, hash);
    }
    if (session != null && !session.forward(batch, i)) {
      UdpSession next = begin(batch, i, hash);
      if (next != null) {
        next.forward(batch, i);
      }
    }
  }

  /** A session of whom has none; null if there can be none, which is counted. */
  private UdpSession begin(Datagrams batch, int i, int hash) {
    if (ctx.loop().nowNs() - noSocketUntilNs < 0) {
      drop(UdpDrop.NO_SOCKET);
      return null;
    }
    if (!limit.enter()) {
      drop(UdpDrop.SESSIONS_FULL);
      return null;
    }
    UdpSession session = new UdpSession(ctx, this, batch.flow(i), hash);
    refusals.fill(avoided, pool);
    if (!session.place(pool, avoided)) {
      limit.leave();
      pool.counters().responses.count(counters.slot(), REFUSED);
      drop(UdpDrop.NO_SERVER);
      return null;
    }
    int errno = open(session);
    if (errno == 0) {
      return session;
    }
    boolean ours = UdpSession.isOurs(errno);
    drop(ours ? UdpDrop.NO_SOCKET : UdpDrop.NO_SERVER);
    if (ours) {
      // To find that out again takes the kernel a search through all ports.
      noSocketUntilNs = ctx.loop().nowNs() + NO_SOCKET_PAUSE_NS;
    }
    return null;
  }

  /** It has a place, and the limit has counted it; 0, or why it cannot come about. */
  private int open(UdpSession session) {
    int errno = session.open();
    if (errno == 0) {
      sessions.add(session);
      table.add(session);
      return 0;
    }
    limit.leave();
    if (!UdpSession.isOurs(errno)) {
      refusals.add(session.server());
    }
    return errno;
  }

  /**
   * Where a client's next datagram goes whose server leaves, is down, or is to be spared: to
   * another one if that is any better. Answers of the former one are still passed on for a moment.
   */
  private UdpSession elsewhere(UdpSession session) {
    long nowNs = ctx.loop().nowNs();
    if (nowNs < session.moveFromNs) {
      return session;
    }
    session.moveFromNs = nowNs + MOVE_PAUSE_NS;
    // Beyond the limit for a moment: the former one is about to end.
    limit.enterAnyway();
    UdpSession next = new UdpSession(ctx, this, session.flow(), session.hash);
    refusals.fill(avoided, pool);
    boolean placed = next.place(pool, avoided);
    if (placed && (next.server() == session.server() || !next.isWelcome())) {
      next.withdraw();
      placed = false;
    }
    if (!placed) {
      limit.leave();
      return session;
    }
    table.remove(session);
    session.linger();
    return open(next) == 0 ? next : null;
  }

  // ---- for its sessions

  LoopPool pool() {
    return pool;
  }

  long idleNs() {
    return idleNs;
  }

  int answerFd() {
    return answerFd;
  }

  boolean logs() {
    return terms.accessLog() != AccessLog.NONE;
  }

  void log(LogRecord r) {
    ctx.accessLog().write(terms, r, ctx.connections(), connections());
  }

  UdpCounters.Traffic traffic(ServerId server) {
    return counters.udp.traffic(server);
  }

  void drop(UdpDrop why) {
    counters.udp.dropped.count(why);
  }

  void countSession(LoopPool at, LoopServer server, Bond bond) {
    if (bond.result != null) {
      at.counters().sticky.count(bond.result);
    }
    server.counters().responses.count(counters.slot(), CARRIED);
  }

  /** Nobody reads there what is sent: others are chosen first for a moment. */
  void refusedBy(LoopServer server) {
    refusals.add(server);
  }

  /** It has ended. */
  void gone(UdpSession session) {
    sessions.remove(session);
    table.remove(session);
    limit.leave();
    closeIfLast();
  }

  // ---- ends

  @Override
  public void drain() {
    leave();
  }

  @Override
  public void stopAccepting() {
    leave();
  }

  /** What waits is taken in unless somebody else reads there, then nothing more. */
  private void leave() {
    if (!listening) {
      return;
    }
    listening = false;
    for (int fd : fds) {
      ctx.loop().unwatch(fd);
      for (int b = socket.isHandedOver() ? LAST_BATCHES : 0; b < LAST_BATCHES; b++) {
        if (receive(fd) <= 0) {
          break;
        }
      }
    }
    // Soon they are the numbers of other sockets.
    fds = NONE;
    leaving = true;
    // The socket is about to be closed, and answers have to come from its address.
    answerFd = answerFd < 0 || sessions.isEmpty() ? -1 : ctx.loop().datagrams().duplicate(answerFd);
    List.copyOf(sessions).forEach(UdpSession::linger);
    socket.close(ctx.index());
    closeIfLast();
  }

  private void closeIfLast() {
    if (leaving && sessions.isEmpty() && answerFd >= 0) {
      ctx.loop().datagrams().close(answerFd);
      answerFd = -1;
    }
  }

  @Override
  public void closeAll() {
    for (int fd : fds) {
      ctx.loop().unwatch(fd);
    }
    fds = NONE;
    listening = false;
    List.copyOf(sessions).forEach(s -> s.stop("it stops"));
  }

  @Override
  public void makeWay(Listener next) {
    if (next.protocol() == Protocol.UDP && Overlap.between(next.address(), socket.address())) {
      closeAll();
    }
  }

  @Override
  public int resetAt(Predicate<InetAddress> moving) {
    for (UdpSession s : new ArrayList<>(sessions)) {
      InetAddress own = s.flow().own();
      if (own.isAnyLocalAddress() && socket.address() instanceof InetSocketAddress bound) {
        own = bound.getAddress();
      }
      if (moving.test(own)) {
        s.stop("its address moves");
      }
    }
    // Nobody is told: a client of datagrams goes on at once, wherever the address is.
    return 0;
  }

  // ---- what connections have, and sessions do not

  @Override
  public void lookForClients() {}

  @Override
  public void closeIdle() {}

  @Override
  public void markAwaited() {}

  @Override
  public int requesting(boolean awaited) {
    return 0;
  }

  // ----

  @Override
  public String name() {
    return terms.name();
  }

  @Override
  public int connections() {
    return sessions.size();
  }

  @Override
  public Routed explain(Inquiry inquiry) {
    return Explainer.connection(ctx, terms, pool, inquiry);
  }
}
