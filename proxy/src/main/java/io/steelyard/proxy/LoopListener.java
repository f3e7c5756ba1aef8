package io.steelyard.proxy;

import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.net.Acceptor;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import io.steelyard.net.ListenSocket;
import io.steelyard.net.Timer;
import io.steelyard.net.tls.TlsConnection;
import io.steelyard.net.tls.TlsServer;
import io.steelyard.wire.http1.Forwarding;
import io.steelyard.wire.http1.HeadLimits;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A listener as one loop sees it: what it accepts and counts. Follows the snapshots by name. Loop
 * thread only.
 */
final class LoopListener implements Acceptor, Entrance {
  private static final byte[] HTTP = "http".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HTTPS = "https".getBytes(StandardCharsets.US_ASCII);
  private static final long ACCEPT_PAUSE_NS = 100_000_000;

  /** Another loop's clients may leave: nobody tells this one. */
  private static final long FULL_PAUSE_NS = 10_000_000;

  /** The time-outs in nanoseconds. */
  record Timeouts(long headNs, long idleNs, long bodyNs, long tunnelNs) {
    static Timeouts of(ListenerTimeouts t) {
      return new Timeouts(
          t.head().toNanos(), t.idle().toNanos(), t.body().toNanos(), t.tunnel().toNanos());
    }
  }

  private final ProxyLoop ctx;
  private final ListenSocket socket;

  /** Where this loop accepts. */
  private final int[] fds;

  /** As bound: with the port that the kernel chose for port 0. */
  private final SocketAddress address;

  private final ConnectionLimit limit;

  /** Accepted in the moment when the limit was reached: they wait as if in the backlog. */
  private final ArrayDeque<Parked> parked = new ArrayDeque<>();

  private Listener listener;
  private LoopPool[] pools;

  /** How its clients speak TLS; null: they do not. */
  private TlsServer tls;

  private Timeouts timeouts;
  private RequestHead requestHead;

  private ListenerRoutes routes;

  private ClientConnection first;
  private final Set<Tunnel> tunnels = new HashSet<>();
  private final Set<TcpClient> tcpClients = new HashSet<>();
  private final Openings openings = new Openings();
  private int connections;
  private boolean listening;
  private boolean full;
  private boolean draining;
  private final ListenerCounters counters;

  private final Timer acceptAgain =
      new Timer() {
        @Override
        protected void expired(long nowNs) {
          admit();
        }
      };

  LoopListener(ProxyLoop ctx, Listener listener, LoopPool[] pools, Proxy.Open open) {
    this.ctx = ctx;
    this.counters = ctx.counters().listener(listener.name());
    this.socket = open.socket();
    this.fds = socket.fds(ctx.index());
    this.address = socket.address();
    this.limit = open.limit();
    follow(listener, pools);
  }

  /**
   * Follows a new snapshot: its routes together with the pools that they number. A listener that is
   * in no snapshot any more keeps the last ones that were its own.
   */
  @Override
  public void follow(Listener next, LoopPool[] nextPools) {
    listener = next;
    pools = nextPools;
    tls = ctx.tls(next.name());
    timeouts = Timeouts.of(next.timeouts());
    requestHead =
        new RequestHead(new HeadLimits(next.limits().headBytes(), next.limits().headerFields()));
    routes = new ListenerRoutes(ctx, next, requestHead, nextPools);
    limit.max(next.limits().connections());
    lookAgain();
  }

  /** Begins to accept. */
  @Override
  public void open() {
    listening = true;
    for (int fd : fds) {
      ctx.loop().listen(fd, this);
    }
  }

  /**
   * Accepts no more; connections finish what is under way. Who waits to be accepted is, unless
   * somebody else accepts there. The socket may be closed afterwards.
   */
  @Override
  public void drain() {
    stopAccepting();
    closeIdle();
  }

  /** The same, but who is connected and asks for nothing may still ask once. */
  @Override
  public void stopAccepting() {
    draining = true;
    if (listening) {
      listening = false;
      ctx.loop().cancel(acceptAgain);
      while (!parked.isEmpty()) {
        limit.enterAnyway();
        parked.poll().serve();
      }
      socket.closeLine(ctx.index());
      for (int fd : fds) {
        ctx.loop().unlisten(fd, !socket.isHandedOver());
      }
      socket.close(ctx.index());
    }
  }

  /**
   * Looks for clients that wait: of several processes that accept from one socket the kernel wakes
   * one, and that may have stopped just then.
   */
  @Override
  public void lookForClients() {
    if (listening && !full && !acceptAgain.scheduled()) {
      pauseAccepting();
      resumeAccepting();
    }
  }

  private void pauseAccepting() {
    for (int fd : fds) {
      ctx.loop().pauseAccepting(fd);
    }
  }

  private void resumeAccepting() {
    for (int fd : fds) {
      ctx.loop().resumeAccepting(fd);
    }
  }

  @Override
  public void closeIdle() {
    openings.hurry();
    for (ClientConnection c = first; c != null; ) {
      ClientConnection following = c.following;
      c.closeIfIdle();
      c = following;
    }
  }

  /** The end of those that are connected now is waited for, not of those that come later. */
  @Override
  public void markAwaited() {
    for (ClientConnection c = first; c != null; c = c.following) {
      c.awaited = true;
    }
  }

  /**
   * How many of those are still there, tunnels and whoever is to have one included; or how many
   * have come later to ask for something.
   */
  @Override
  public int requesting(boolean awaited) {
    int n = openings.size() + (awaited ? tunnels.size() + tcpClients.size() : 0);
    for (ClientConnection c = first; c != null; c = c.following) {
      n += c.awaited == awaited ? 1 : 0;
    }
    return n;
  }

  /** Ends connections at these addresses, so that their clients notice; how many. */
  @Override
  public int resetAt(Predicate<InetAddress> moving) {
    int reset = 0;
    for (ClientConnection c = first; c != null; ) {
      ClientConnection following = c.following;
      if (isAt(moving, c.localAddress())) {
        c.reset();
        reset++;
      }
      c = following;
    }
    for (Parked waiting : List.copyOf(parked)) {
      if (isAt(moving, waiting.connection.localAddress())) {
        waiting.connection.abort();
        parked.remove(waiting);
        reset++;
      }
    }
    reset += openings.closeAt(moving);
    for (Tunnel tunnel : new ArrayList<>(tunnels)) {
      if (isAt(moving, tunnel.localAddress())) {
        tunnel.close();
        reset++;
      }
    }
    for (TcpClient client : new ArrayList<>(tcpClients)) {
      if (isAt(moving, client.localAddress())) {
        client.close();
        reset++;
      }
    }
    return reset;
  }

  private static boolean isAt(Predicate<InetAddress> addresses, SocketAddress local) {
    return local instanceof InetSocketAddress inet && addresses.test(inet.getAddress());
  }

  @Override
  public void makeWay(Listener next) {}

  @Override
  public void closeAll() {
    while (!parked.isEmpty()) {
      parked.poll().connection.close();
    }
    while (first != null) {
      first.stop();
    }
    openings.close();
    new ArrayList<>(tunnels).forEach(Tunnel::close);
    new ArrayList<>(tcpClients).forEach(TcpClient::close);
  }

  @Override
  public String name() {
    return listener.name();
  }

  /** What would become of a request that nobody has sent. */
  @Override
  public Routed explain(Inquiry inquiry) {
    return new Explainer(ctx, this, listener).explain(inquiry);
  }

  /** The only pool of a TCP listener. */
  LoopPool onlyPool() {
    return pools[listener.routes().routes().getFirst().pool()];
  }

  ListenerRoutes routes() {
    return routes;
  }

  Timeouts timeouts() {
    return timeouts;
  }

  RequestHead requestHead() {
    return requestHead;
  }

  boolean draining() {
    return draining;
  }

  @Override
  public int connections() {
    return connections;
  }

  Forwarding forwarding(SocketAddress client, boolean overTls, byte[] certificateLines) {
    String port = address instanceof InetSocketAddress inet ? Integer.toString(inet.getPort()) : "";
    boolean trusted =
        client instanceof InetSocketAddress inet
            && listener.trustedProxies().trusts(inet.getAddress());
    return new Forwarding(
        Addresses.client(client),
        overTls ? HTTPS : HTTP,
        port.getBytes(StandardCharsets.US_ASCII),
        trusted,
        ProxyLoop.FALLBACK_HOST,
        ctx.requestIds(),
        // Where certificates are asked for, nobody else tells of them.
        new Forwarding.Certificate(certificateLines, trusted && !asksForCertificates()));
  }

  private boolean asksForCertificates() {
    return listener.tls().flatMap(TlsTerms::clients).isPresent();
  }

  // ---- accepting

  @Override
  public ConnectionHandler accepted(Connection connection) {
    if (connection.remoteAddress() == null && address instanceof InetSocketAddress) {
      // It was reset meanwhile: nobody would know on whose behalf its bytes were sent.
      connection.close();
      return null;
    }
    if (draining) {
      limit.enterAnyway();
    } else if (!limit.enter()) {
      Parked p = new Parked(connection);
      parked.add(p);
      pauseWhileFull();
      return p;
    }
    return serve(connection);
  }

  private void pauseWhileFull() {
    if (!full && !draining) {
      full = true;
      pauseAccepting();
    }
    lookAgain();
  }

  /** Accepted, but one too many: nothing is read from it until others have left. */
  private final class Parked implements ConnectionHandler {
    final Connection connection;

    Parked(Connection connection) {
      this.connection = connection;
      connection.pauseReading();
    }

    void serve() {
      ConnectionHandler handler = LoopListener.this.serve(connection);
      connection.handler(handler);
      if (!(handler instanceof TcpClient)) {
        connection.resumeReading();
      }
    }

    @Override
    public void connected() {}

    @Override
    public void received(Buffer bytes) {
      throw new IllegalStateException("reading is paused");
    }

    @Override
    public void inputClosed() {}

    @Override
    public void drained() {}

    @Override
    public void failed(int errno) {
      parked.remove(this);
    }
  }

  private ConnectionHandler serve(Connection connection) {
    connections++;
    if (limit.full()) {
      pauseWhileFull();
    }
    if (!listener.proxyProtocol().networks().isEmpty()
        && isAt(listener.proxyProtocol()::trusts, connection.remoteAddress())) {
      return openings.add(new Preamble(ctx, this, connection));
    }
    return serve(connection, new ClientIdentity(this, connection));
  }

  /** The client is known. */
  private ConnectionHandler serve(Connection connection, ClientIdentity who) {
    if (tls != null) {
      Greeting greeting = openings.add(new Greeting(ctx, this, connection, tls, who));
      if (draining) {
        greeting.hurry();
      }
      return greeting.tls();
    }
    return listener.protocol() == Protocol.TCP
        ? tcpClient(connection, who, null)
        : client(connection, who);
  }

  private TcpClient tcpClient(Connection connection, ClientIdentity who, Buffer early) {
    TcpClient c = new TcpClient(ctx, this, connection, who, early);
    tcpClients.add(c);
    c.start();
    return c;
  }

  private ClientConnection client(Connection connection, ClientIdentity who) {
    ClientConnection c = new ClientConnection(ctx, this, connection, who);
    c.following = first;
    if (first != null) {
      first.previous = c;
    }
    first = c;
    return c;
  }

  /** A proxy has said whom it forwards; {@code rest} is what came behind that. */
  void begins(Preamble preamble, Connection connection, ProxyHeader header, Buffer rest) {
    openings.remove(preamble);
    ClientIdentity who = new ClientIdentity(this, connection, header);
    Buffer early = rest.size() > 0 ? rest : null;
    if (early == null) {
      rest.release();
    }
    if (tls == null && listener.protocol() == Protocol.TCP) {
      if (early != null && ctx.loop().buffers().scarce()) {
        // It would hold one until its server stands.
        early.release();
        connection.abort();
        left();
        return;
      }
      connection.handler(tcpClient(connection, who, early));
      return;
    }
    ConnectionHandler next = serve(connection, who);
    connection.handler(next);
    if (early != null) {
      next.received(early);
    } else if (draining && next instanceof ClientConnection c) {
      c.closeIfIdle();
    }
  }

  /** A client has greeted: what it says from now on comes over TLS. */
  void greeted(Greeting greeting, TlsConnection connection, ClientIdentity who) {
    openings.remove(greeting);
    if (connection.resumed()) {
      counters.greetingsResumed++;
    } else {
      counters.greetings++;
    }
    who.overTls(connection.peerCertificate());
    if (listener.protocol() == Protocol.TCP) {
      connection.handler(tcpClient(connection, who, null));
      return;
    }
    ClientConnection c = client(connection, who);
    connection.handler(c);
    if (draining) {
      c.closeIfIdle();
    }
  }

  void openingGone(Opening opening) {
    if (openings.remove(opening)) {
      left();
    }
  }

  void countPreambleRefused() {
    counters.preamblesRefused++;
  }

  void countGreetingRefused() {
    counters.greetingsRefused++;
  }

  @Override
  public void acceptFailed(int listenFd, int errno) {
    pauseAccepting();
    ctx.loop().schedule(acceptAgain, ctx.loop().nowNs() + ACCEPT_PAUSE_NS);
  }

  /** A client's connection is closed, or a tunnel has taken it over. */
  void removed(ClientConnection c) {
    if (c.previous == null && c != first) {
      return;
    }
    if (c.previous != null) {
      c.previous.following = c.following;
    } else {
      first = c.following;
    }
    if (c.following != null) {
      c.following.previous = c.previous;
    }
    c.previous = null;
    c.following = null;
    left();
  }

  private void left() {
    connections--;
    limit.leave();
    if (full) {
      ctx.loop().schedule(acceptAgain, ctx.loop().nowNs());
    }
  }

  private void lookAgain() {
    if (full && !acceptAgain.scheduled()) {
      ctx.loop().schedule(acceptAgain, ctx.loop().nowNs() + FULL_PAUSE_NS);
    }
  }

  /** Lets in who waits, as far as there is room. */
  private void admit() {
    if (!listening) {
      return;
    }
    while (!parked.isEmpty() && limit.enter()) {
      parked.poll().serve();
    }
    full = !parked.isEmpty() || limit.full();
    if (full) {
      lookAgain();
    } else {
      resumeAccepting();
    }
  }

  void tcpGone(TcpClient c) {
    tcpClients.remove(c);
    left();
  }

  void tunnelBegan(Tunnel t) {
    connections++;
    limit.enterAnyway();
    tunnels.add(t);
  }

  void tunnelGone(Tunnel t) {
    tunnels.remove(t);
  }

  void tunnelEnded() {
    left();
  }

  // ---- counting and logging

  void countRequest() {
    counters.requests++;
  }

  /** A response to what never became a request that could be routed. */
  void countOwn(int status) {
    counters.own.count(0, status);
  }

  /** An exchange is over: its status is the server's that was tried last, or else the pool's. */
  void count(Exchange x) {
    counters.duration.record(ctx.loop().nowNs() - x.startNs);
    if (x.place.pool() == null) {
      countOwn(x.status);
    } else {
      count(x.place.pool(), x.place.server(), x.status, x.place.bond());
    }
  }

  /** A status of the server, or of the pool when the server is null. */
  void count(LoopPool pool, LoopServer server, int status, Bond bond) {
    if (bond.result != null) {
      pool.counters().sticky.count(bond.result);
    }
    ResponseCounts counts =
        server == null ? pool.counters().responses : server.counters().responses;
    counts.count(counters.slot(), status);
  }

  boolean logs() {
    return listener.accessLog() != AccessLog.NONE;
  }

  /** Whether lines name referers and user agents. */
  boolean logsCombined() {
    return listener.accessLog() == AccessLog.COMBINED;
  }

  /** Writes the line of what is over. */
  void log(LogRecord r) {
    ctx.accessLog().write(listener, r, ctx.connections(), connections);
  }
}
