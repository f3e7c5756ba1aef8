package io.steelyard.proxy;

import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.NoListenerException;
import io.steelyard.core.explain.Routed;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.session.SessionClears;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.net.Descriptors;
import io.steelyard.net.ListenSocket;
import io.steelyard.net.LocalPorts;
import io.steelyard.net.Loop;
import io.steelyard.net.LoopOptions;
import io.steelyard.net.Transport;
import io.steelyard.net.tls.TlsException;
import io.steelyard.net.tls.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The data plane: event loops that accept, choose, relay. Its methods are for control threads, one
 * at a time; each returns when all loops have done what was asked.
 */
public final class Proxy implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("steelyard.proxy");

  /** Beside its clients a process needs files, pipes, its own connections. */
  private static final int OTHER_DESCRIPTORS = 256;

  /** So many are kept free of clients, for connections to servers. */
  private static final int SERVER_DESCRIPTORS_MAX = 4096;

  /** As far as the table of descriptors is made ahead of need: 2 MB of the kernel's memory. */
  private static final int DESCRIPTORS_AHEAD_MAX = 1 << 18;

  /** Long enough for an answer from the same network, too short to be noticed. */
  public static final Duration LOOKUP_DEADLINE_DEFAULT = Duration.ofMillis(20);

  /** Sessions of other nodes that a loop takes in at once: some hundred microseconds. */
  private static final int MERGED_AT_ONCE = 1024;

  /** A loop that takes longer hangs, or is closed. */
  private static final Duration EXPLAIN_WITHIN = Duration.ofSeconds(2);

  /** When another process has taken over, idle clients may ask once more for so long. */
  private static final Duration IDLE_GRACE = Duration.ofSeconds(5);

  /** A listener's socket, and the count of those who are connected through it. */
  record Open(Listener listener, ListenSocket socket, ConnectionLimit limit) {}

  private final List<ProxyLoop> loops;
  private final AccessLogWriter log;
  private final Transport transport;
  private final TlsServers tlsServers = new TlsServers();
  private final Map<String, Open> open = new HashMap<>();
  private final Map<String, Open> bound = new HashMap<>();

  /** What another process has handed over, until it is bound. */
  private Heirlooms heirlooms = Heirlooms.NONE;

  /** Listeners that are published but do not accept yet: {@link #accept} lets them. */
  private boolean held;

  /** Another process accepts where this one did. */
  private boolean handedOver;

  private Predicate<InetAddress> addressesToCome = _ -> false;
  private final Metrics metrics;

  /** Of who publishes; the loops have their own. */
  private final RandomGenerator random;

  private final ConnectionLimit clients = new ConnectionLimit(null, clientsMax(Descriptors.max()));

  /**
   * Sessions of datagrams, over all listeners. Each takes a local port of the host's, for as long
   * as it lasts, and anybody can begin one from a false address: half of the ports, and of the
   * places of clients, stay for all else.
   */
  private final ConnectionLimit datagramClients =
      new ConnectionLimit(clients, Math.min(LocalPorts.count(), clientsMax(Descriptors.max())) / 2);

  /** Written with the lock. */
  private volatile Published published = Published.NOTHING;

  private volatile boolean closed;

  private Proxy(
      List<ProxyLoop> loops, AccessLogWriter log, Transport transport, RandomGenerator random) {
    this.random = random;
    this.loops = loops;
    this.log = log;
    this.transport = transport;
    this.metrics = new Metrics(this);
  }

  /**
   * Starts the loops.
   *
   * @throws IOException if the transport asked for is not permitted here, or the file of the access
   *     log cannot be written
   * @throws IllegalArgumentException for an unknown transport
   */
  public static Proxy start(ProxyOptions options) throws IOException {
    Thread.ofPlatform()
        .daemon()
        .name("descriptors")
        .start(() -> Descriptors.makeRoom(DESCRIPTORS_AHEAD_MAX));
    AccessLogWriter log =
        options.accessLog().isPresent()
            ? AccessLogWriter.to(LogFile.open(options.accessLog().get()))
            : AccessLogWriter.to(System.out);
    List<Loop> started = new ArrayList<>();
    Transport transport = options.transport().map(Proxy::transport).orElse(Transport.IO_URING);
    try {
      started.add(Loop.start(transport, loopOptions(0, options)));
    } catch (IOException e) {
      if (options.transport().isPresent()) {
        throw new IOException(
            "the transport " + transport.label() + " cannot be used here: " + e.getMessage(), e);
      }
      LOG.log(
          System.Logger.Level.INFO,
          "io_uring cannot be used here ({0}); epoll it is",
          e.getMessage());
      transport = Transport.EPOLL;
      started.add(Loop.start(transport, loopOptions(0, options)));
    }
    for (int i = 1; i < options.loops(); i++) {
      started.add(Loop.start(transport, loopOptions(i, options)));
    }
    RandomGenerator.SplittableGenerator random =
        RandomGenerator.SplittableGenerator.of("L64X128MixRandom");
    List<ProxyLoop> loops = new ArrayList<>();
    for (Loop loop : started) {
      loops.add(new ProxyLoop(loop, options.loops(), random.split(), log.loopLog()));
    }
    List<ProxyLoop> all = List.copyOf(loops);
    all.forEach(p -> p.siblings(all));
    return new Proxy(all, log, transport, random.split());
  }

  /** How many clients may be connected at a time, over all listeners. */
  public int clientsMax() {
    return clientsMax(Descriptors.max());
  }

  /**
   * The clients that fit beside the connections to servers: as many of one as of the other where
   * descriptors are few. Where there are many most clients are idle ones, who need no server.
   */
  static int clientsMax(int descriptors) {
    int usable = descriptors - Math.min(OTHER_DESCRIPTORS, descriptors / 4);
    return usable - Math.min(usable / 2, SERVER_DESCRIPTORS_MAX);
  }

  private static LoopOptions loopOptions(int index, ProxyOptions options) {
    return new LoopOptions(index, LoopOptions.DEFAULT_BUFFERS_MAX, options.loops() > 1);
  }

  private static Transport transport(String name) {
    for (Transport t : Transport.values()) {
      if (t.label().equals(name)) {
        return t;
      }
    }
    throw new IllegalArgumentException("unknown transport '" + name + "': io_uring or epoll");
  }

  /** How many event loops there are. */
  public int loops() {
    return loops.size();
  }

  /**
   * Opens the file of the access log again soon, as it may have been renamed; any thread.
   *
   * @return false if there is none: the lines go to standard output
   */
  public boolean reopenAccessLog() {
    return log.reopen();
  }

  /** The transport that the loops use: {@code io_uring} or {@code epoll}. */
  public String transport() {
    return transport.label();
  }

  /**
   * Opens the sockets of these listeners, all or none. They accept once a snapshot with them is
   * published.
   *
   * @throws IOException naming the address that could not be had
   */
  public synchronized void bind(List<Listener> listeners) throws IOException {
    List<Open> opened = new ArrayList<>();
    SocketFinder sockets =
        new SocketFinder(loops.size(), open.values(), heirlooms, held, addressesToCome);
    try {
      for (Listener l : listeners) {
        onAll(p -> p.leaving().forEach(gone -> gone.makeWay(l)));
        ConnectionLimit limit =
            new ConnectionLimit(
                l.protocol() == Protocol.UDP ? datagramClients : clients, l.limits().connections());
        opened.add(new Open(l, sockets.find(l), limit));
      }
    } catch (IOException | RuntimeException e) {
      opened.forEach(o -> o.socket().close());
      throw e;
    }
    opened.forEach(o -> bound.put(o.listener().name(), o));
  }

  /**
   * Which addresses may be listened on although this host does not have them yet. None, unless this
   * says so.
   */
  public synchronized void listenBeforehand(Predicate<InetAddress> addresses) {
    addressesToCome = addresses;
  }

  /**
   * From now on the sockets of these addresses are used where listeners want to listen there, and
   * nobody accepts before {@link #accept}.
   *
   * @param received by the address as it was asked for: descriptors of listening sockets, closed
   *     here
   * @param datagrams the same of sockets for datagrams
   */
  public synchronized void inherit(
      Map<SocketAddress, int[]> received, Map<SocketAddress, int[]> datagrams) {
    heirlooms = new Heirlooms(received, datagrams);
    held = true;
  }

  /**
   * Accepts at all listeners from now on; closes sockets that were handed over and nobody wants.
   *
   * @return the addresses whose sockets were handed over and are in use
   * @throws IOException if an address cannot be listened on; nobody is accepted then
   */
  public synchronized List<SocketAddress> accept() throws IOException {
    for (Open o : open.values()) {
      o.socket().listen();
    }
    held = false;
    heirlooms.closeRest();
    open.values().forEach(o -> o.socket().complete());
    onAll(p -> open.values().forEach(o -> p.open(published.snapshot(), o)));
    List<SocketAddress> used = heirlooms.used();
    heirlooms = Heirlooms.NONE;
    return used;
  }

  /**
   * The sockets that are listened on now, for another process to accept from as well. They are this
   * process's own: who sends them does not close them.
   */
  public synchronized List<Heirloom> heirlooms() {
    return open.values().stream()
        .map(o -> new Heirloom(o.listener().address(), o.socket()))
        .toList();
  }

  /**
   * Nobody is accepted any more; who is connected may still ask for something once. Returns when
   * that is so on all loops.
   */
  public synchronized void stopAccepting() {
    handedOver = true;
    onAll(ProxyLoop::stopAccepting);
    open.values().forEach(o -> o.socket().close());
    open.clear();
  }

  /**
   * For a host whose addresses are about to move to another one: what is in flight is finished for
   * as long as nobody goes without service, then nobody is accepted any more. What is still open at
   * those addresses is reset; what is open elsewhere goes on. Takes a second at most.
   *
   * @return how many connections were reset
   */
  public synchronized int depart(Predicate<InetAddress> moving) throws InterruptedException {
    return new Departure(this).leave(moving);
  }

  /**
   * Nobody gets in line any more: who tries hears nothing, and tries again a second later, wherever
   * the address is then.
   */
  void closeLines() {
    open.values().forEach(o -> IntStream.range(0, loops.size()).forEach(o.socket()::closeLine));
  }

  /** Looks for clients that wait although nobody was told of them. */
  public void lookForClients() {
    onAll(p -> p.listeners().forEach(Entrance::lookForClients));
  }

  /**
   * The address that a listener has, with the port that the kernel chose for port 0; null if there
   * is no such listener.
   */
  public synchronized SocketAddress address(String listener) {
    Open o = open.containsKey(listener) ? open.get(listener) : bound.get(listener);
    return o == null ? null : o.socket().address();
  }

  /**
   * Makes what of a snapshot may fail, before it is published.
   *
   * @throws IOException saying which certificate cannot be used
   */
  public synchronized void prepare(Snapshot snapshot) throws IOException {
    tlsServers.prepare(snapshot);
  }

  private Map<String, TlsServer> tls(Snapshot snapshot) {
    try {
      return tlsServers.of(snapshot);
    } catch (TlsException e) {
      throw new IllegalStateException("it was not prepared", e);
    }
  }

  /** From now on new requests follow this snapshot, on every loop. */
  public synchronized void publish(Snapshot snapshot) {
    if (snapshot.listeners().stream().anyMatch(l -> l.accessLog() != AccessLog.NONE)) {
      log.start();
    }
    Published next = published.next(snapshot, tls(snapshot), loops, random);
    published = new Published(snapshot, next.pools(), List.of(), next.tls());
    Map<String, Open> accepting = new HashMap<>(bound);
    bound.clear();
    List<Open> replaced = new ArrayList<>();
    accepting.forEach((name, o) -> {
      Open before = open.put(name, o);
      if (before != null) {
        replaced.add(before);
      }
    });
    boolean waits = held;
    if (!waits) {
      accepting.values().forEach(o -> o.socket().complete());
    }
    onAll(p -> {
      p.follow(next);
      if (waits) {
        return;
      }
      // The same name at another address: the old socket stops as the new one starts.
      replaced.forEach(o -> p.drain(o.listener().name()));
      for (Listener l : snapshot.listeners()) {
        Open o = accepting.get(l.name());
        if (o != null) {
          p.open(l, o);
        }
      }
    });
    replaced.forEach(o -> o.socket().close());
  }

  /**
   * Closes the sockets of these listeners; their connections finish the request that is under way.
   */
  public synchronized void drain(List<Listener> listeners) {
    List<Open> gone = new ArrayList<>();
    for (Listener l : listeners) {
      Open o = open.get(l.name());
      if (o != null
          && o.listener().address().equals(l.address())
          && o.listener().protocol() == l.protocol()) {
        gone.add(o);
        open.remove(l.name());
      }
    }
    onAll(p -> gone.forEach(o -> p.drain(o.listener().name())));
    gone.forEach(o -> o.socket().close());
  }

  /** The parts of the session table. Any thread may read them. */
  public List<SessionShard> sessions() {
    return proxyLoops().stream().map(p -> p.sessionTable().own()).toList();
  }

  /** Forgets the sessions that are chosen; how many. */
  public synchronized int forgetSessions(SessionShard.Choice choice) {
    AtomicInteger forgotten = new AtomicInteger();
    onAll(p -> forgotten.addAndGet(p.sessionTable().forget(choice)));
    return forgotten.get();
  }

  /**
   * A stamp that is later than that of every session noted here so far, and earlier than those of
   * all that are noted from now on.
   */
  public synchronized long stampSessions() {
    AtomicLong latest = new AtomicLong();
    onAll(p -> latest.accumulateAndGet(p.sessionTable().stamp(), Math::max));
    onAll(p -> p.sessionTable().heard(latest.get()));
    return latest.get();
  }

  /**
   * From now on sessions that these cover are none, whoever tells of them. Any thread but a loop's.
   */
  public void clearSessions(SessionClears clears) {
    onAll(p -> p.sessionTable().follow(clears));
  }

  /**
   * From now on what is noted of sessions is told, too.
   *
   * @param origin the number of this node, in this life
   * @param lookup asked for sessions that are not known here; null: nobody is
   * @param lookupDeadline how long a request waits for the answer, up to 9 ms more
   */
  public synchronized SessionFeed shareSessions(
      int origin, SessionLookup lookup, Duration lookupDeadline) {
    SessionFeed feed = new SessionFeed(loops.size());
    onAll(p -> {
      p.sessionTable().share(feed, origin);
      p.lookups().ask(lookup, lookupDeadline);
    });
    return feed;
  }

  /** Requests whose head was read, on all listeners that are counted. */
  public long requests() {
    LongAdder requests = new LongAdder();
    onAll(p -> p.counters().listeners().forEach(l -> requests.add(l.requests)));
    return requests.sum();
  }

  /** Nobody is told or asked any more. */
  public synchronized void keepSessions() {
    onAll(p -> {
      p.sessionTable().share(null, 0);
      p.lookups().ask(null, Duration.ZERO);
    });
  }

  /**
   * Takes in what other nodes tell of sessions. Waits for the loops, so that whoever tells is not
   * faster than they are; any thread but a loop's.
   *
   * @param entries of {@link io.steelyard.core.session.SessionEntry}s that are written
   * @return how many were news
   */
  public int mergeSessions(ByteBuffer entries) {
    AtomicInteger news = new AtomicInteger();
    while (entries.remaining() >= SessionEntry.BYTES) {
      int bytes = Math.min(entries.remaining(), MERGED_AT_ONCE * SessionEntry.BYTES);
      ByteBuffer part = entries.slice(entries.position(), bytes);
      onAll(p -> news.addAndGet(p.sessionTable().merge(part.duplicate())));
      entries.position(entries.position() + bytes);
    }
    return news.get();
  }

  /**
   * Drains everything and waits.
   *
   * @return whether all connections had ended before the deadline
   */
  public synchronized boolean drainAll(Duration deadline) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    if (handedOver) {
      // They may come back at once, to the other process: who is about to ask shall not be cut off.
      awaitNoConnections(Math.min(end, System.nanoTime() + IDLE_GRACE.toNanos()));
    }
    onAll(ProxyLoop::drainAll);
    open.values().forEach(o -> o.socket().close());
    open.clear();
    return awaitNoConnections(end);
  }

  private boolean awaitNoConnections(long end) throws InterruptedException {
    while (connections() > 0) {
      if (System.nanoTime() > end) {
        return false;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return true;
  }

  /** Clients' connections, tunnels included. */
  public int connections() {
    AtomicInteger n = new AtomicInteger();
    onAll(p -> n.addAndGet(p.connections()));
    return n.get();
  }

  /**
   * What would become of a request that nobody has sent, until a server is chosen for it: as one of
   * the loops sees it. Any thread but a loop's.
   *
   * @return empty if the listener is about to open or to close, or the loops hang or are closed
   * @throws NoListenerException if it cannot be said where it would come in
   */
  public Optional<Routed> explain(Inquiry inquiry) throws NoListenerException {
    String name = inquiry.door().among(published.snapshot().listeners()).name();
    CompletableFuture<Optional<Routed>> routed = new CompletableFuture<>();
    ProxyLoop first = loops.getFirst();
    first
        .loop()
        .execute(() -> {
          try {
            routed.complete(first.listener(name).map(l -> l.explain(inquiry)));
          } catch (RuntimeException e) {
            routed.completeExceptionally(e);
          }
        });
    try {
      return routed.get(EXPLAIN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Says how it fares. */
  public void collect(MetricSink sink) {
    metrics.collect(sink);
  }

  List<ProxyLoop> proxyLoops() {
    return loops;
  }

  AccessLogWriter log() {
    return log;
  }

  /** Runs the task on every loop and waits until all are done. */
  void onAll(Consumer<ProxyLoop> task) {
    if (closed) {
      return;
    }
    CountDownLatch done = new CountDownLatch(loops.size());
    for (ProxyLoop p : loops) {
      p.loop()
          .execute(() -> {
            try {
              task.accept(p);
            } finally {
              done.countDown();
            }
          });
    }
    boolean interrupted = false;
    // The loops close sockets and pools: who asked must not go on before they have.
    while (true) {
      try {
        if (done.await(1, TimeUnit.SECONDS) || closed) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes every connection and ends the loops. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    onAll(ProxyLoop::closeAll);
    closed = true;
    try {
      for (ProxyLoop p : loops) {
        p.loop().close();
      }
      log.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.values().forEach(o -> o.socket().close());
    open.clear();
    bound.values().forEach(o -> o.socket().close());
    bound.clear();
    heirlooms.closeRest();
  }
}
