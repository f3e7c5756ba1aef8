package io.steelyard.proxy;

import io.steelyard.core.server.PoolState;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.net.Buffer;
import io.steelyard.net.Loop;
import io.steelyard.net.tls.TlsMemory;
import io.steelyard.net.tls.TlsServer;
import io.steelyard.wire.http1.HeadLimits;
import io.steelyard.wire.http1.RequestIds;
import io.steelyard.wire.http1.ResponseHead;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What one loop of the data plane works with: the snapshot it follows, its parsers, its scratch
 * memory. Loop thread only.
 */
final class ProxyLoop {
  /** For HTTP/1.0 requests without a Host. */
  static final byte[] FALLBACK_HOST = "localhost".getBytes(StandardCharsets.US_ASCII);

  /** What a server's response head may have. */
  private static final HeadLimits RESPONSE_LIMITS = new HeadLimits(Buffer.RECEIVE_BYTES, 256);

  /** What clients may have said of heads that are not whole, together. */
  private static final long PARTIAL_BYTES_MAX = 32 << 20;

  /** What tells a client of its session; a response's head has room for it. */
  private static final int SESSION_LINES_BYTES_MAX = Buffer.HEADROOM - 64;

  private static final int HSTS_LINE_BYTES_MAX = 128;
  private static final int SMALL_BYTES = 2048;
  private static final int SMALL_KEPT_MAX = 1024;
  private static final int LARGE_KEPT_MAX = 64;

  private final Loop loop;
  private final int loops;
  private final RandomGenerator random;
  private final RequestIds requestIds;
  private final LoopLog accessLog;
  private final byte[] in = new byte[2 * Buffer.RECEIVE_BYTES];
  private final byte[] out = new byte[Buffer.CAPACITY + HeaderLines.BYTES_MAX];
  private final byte[] lines =
      new byte[SESSION_LINES_BYTES_MAX + HeaderLines.BYTES_MAX + HSTS_LINE_BYTES_MAX];
  private final PartialBytes partialBytes = new PartialBytes(PARTIAL_BYTES_MAX);
  private final ResponseHead responseHead = new ResponseHead(RESPONSE_LIMITS);
  private final LogRecord refusals = LogRecord.tcp();
  private final ArrayDeque<byte[]> small = new ArrayDeque<>();
  private final ArrayDeque<byte[]> large = new ArrayDeque<>();
  private final Map<String, Entrance> listeners = new LinkedHashMap<>();

  /** Listeners that are in no snapshot any more, while they have connections. */
  private final List<Entrance> leaving = new ArrayList<>();

  /** Those that somebody waits in outlive their pool. */
  private final Map<PoolState, LoopQueue> queues = new HashMap<>();

  private final SessionTable sessionTable = new SessionTable(this);
  private final Lookups lookups = new Lookups(this);
  private final Counters counters = new Counters();
  private final TlsMemory tlsMemory;
  private Map<String, TlsServer> tls = Map.of();
  private List<ProxyLoop> siblings = List.of();
  private LoopPool[] pools = new LoopPool[0];
  private boolean draining;

  ProxyLoop(Loop loop, int loops, RandomGenerator random, LoopLog accessLog) {
    this.loop = loop;
    this.loops = loops;
    this.random = random;
    this.requestIds = new RequestIds(random.nextLong());
    this.accessLog = accessLog;
    this.tlsMemory = new TlsMemory(loop);
  }

  /** How clients of a listener speak TLS; null: they do not. */
  TlsServer tls(String listener) {
    return tls.get(listener);
  }

  TlsMemory tlsMemory() {
    return tlsMemory;
  }

  /** Called once, before anything is published, with the loops of the proxy by their index. */
  void siblings(List<ProxyLoop> all) {
    siblings = all;
  }

  ProxyLoop sibling(int loopIndex) {
    return siblings.get(loopIndex);
  }

  /** There is room in that pool for somebody who waits here. Any thread. */
  void serveSoon(PoolState pool) {
    loop.execute(() -> {
      LoopQueue queue = queues.get(pool);
      if (queue != null) {
        queue.serveSoon();
      }
    });
  }

  Loop loop() {
    return loop;
  }

  int index() {
    return loop.index();
  }

  int loops() {
    return loops;
  }

  RandomGenerator random() {
    return random;
  }

  RequestIds requestIds() {
    return requestIds;
  }

  LoopLog accessLog() {
    return accessLog;
  }

  /** The record for what has no request; to be filled and written at once. */
  LogRecord refusals() {
    return refusals;
  }

  /** Scratch memory for what came in; good until the next call from the loop. */
  byte[] in() {
    return in;
  }

  /** Scratch memory for a head that goes out. */
  byte[] out() {
    return out;
  }

  /** Scratch memory for lines that a response's head gets. */
  byte[] lines() {
    return lines;
  }

  PartialBytes partialBytes() {
    return partialBytes;
  }

  ResponseHead responseHead() {
    return responseHead;
  }

  boolean draining() {
    return draining;
  }

  /** Those of all pools. */
  List<LoopServer> servers() {
    List<LoopServer> all = new ArrayList<>();
    for (LoopPool pool : pools) {
      all.addAll(pool.servers());
    }
    return all;
  }

  Collection<Entrance> listeners() {
    return listeners.values();
  }

  Optional<Entrance> listener(String name) {
    return Optional.ofNullable(listeners.get(name));
  }

  List<Entrance> leaving() {
    return leaving;
  }

  SessionTable sessionTable() {
    return sessionTable;
  }

  Lookups lookups() {
    return lookups;
  }

  Counters counters() {
    return counters;
  }

  /** Drops the counters of what has been gone for {@code keptNs} and is idle. */
  void forgetGone(long keptNs) {
    leaving.removeIf(l -> l.connections() == 0);
    Set<String> present = new HashSet<>(listeners.keySet());
    leaving.forEach(l -> present.add(l.name()));
    counters.followListeners(present, loop.nowNs());
    counters.forget(loop.nowNs(), keptNs);
  }

  /** An array of at least {@code n} bytes, at most a buffer's. */
  byte[] takeBytes(int n) {
    boolean little = n <= SMALL_BYTES;
    byte[] b = (little ? small : large).pollLast();
    return b != null ? b : new byte[little ? SMALL_BYTES : Buffer.CAPACITY];
  }

  void giveBytes(byte[] b) {
    if (b.length == SMALL_BYTES) {
      keep(small, b, SMALL_KEPT_MAX);
    } else {
      keep(large, b, LARGE_KEPT_MAX);
    }
  }

  private static void keep(ArrayDeque<byte[]> kept, byte[] b, int max) {
    if (kept.size() < max) {
      kept.addLast(b);
    }
  }

  // ---- following snapshots

  /** From now on new requests follow this one. Costs little for what has not changed. */
  void follow(Published next) {
    LoopPool[] nextPools = new LoopPool[next.pools().size()];
    for (int i = 0; i < nextPools.length; i++) {
      nextPools[i] = take(next.pools().get(i));
    }
    next.removed().forEach(pool -> retire(List.of(pool.part(index()).servers)));
    boolean remembers =
        next.snapshot().pools().stream()
            .anyMatch(pool -> pool.sticky().means() instanceof Sticky.Means.Keyed);
    sessionTable.resize(remembers ? Math.ceilDiv(next.snapshot().sessionsMax(), loops) : 0);
    Set<PoolState> states = new HashSet<>();
    next.snapshot().pools().forEach(pool -> states.add(pool.state()));
    queues.entrySet().removeIf(e -> !states.contains(e.getKey()) && e.getValue().isIdle());
    pools = nextPools;
    tls = next.tls();
    counters.followPools(next.snapshot(), loop.nowNs());
    forgetGone(Counters.KEPT_NS);
    for (Listener l : next.snapshot().listeners()) {
      Entrance open = listeners.get(l.name());
      if (open != null) {
        open.follow(l, nextPools);
      }
    }
  }

  private LoopPool take(PreparedPool prepared) {
    PreparedPool.Part part = prepared.part(index());
    if (part.taken() == null) {
      Pool pool = prepared.pool();
      retire(part.gone());
      part.added().forEach(LoopServer::begin);
      for (int i = 0; i < part.servers.length; i++) {
        part.servers[i].follow(pool.servers().get(i), pool);
      }
      LoopQueue queue = queues.computeIfAbsent(pool.state(), s -> new LoopQueue(this, s));
      part.taken(new LoopPool(this, prepared, queue));
      queue.follow(part.taken());
    }
    return part.taken();
  }

  private void retire(List<LoopServer> gone) {
    for (LoopServer server : gone) {
      server.retire();
      counters.serverGone(server.id(), loop.nowNs());
    }
  }

  /** Accepts from now on. */
  void open(Listener listener, Proxy.Open open) {
    Entrance l =
        listener.protocol() == Protocol.UDP
            ? new UdpListener(this, listener, pools, open)
            : new LoopListener(this, listener, pools, open);
    listeners.put(listener.name(), l);
    l.open();
  }

  /** The same, as a snapshot has it that is followed already. */
  void open(Snapshot snapshot, Proxy.Open open) {
    snapshot.listeners().stream()
        .filter(l -> l.name().equals(open.listener().name()))
        .forEach(l -> open(l, open));
  }

  /** Accepts no more; what is under way goes on. */
  void drain(String name) {
    Entrance l = listeners.remove(name);
    if (l != null) {
      l.drain();
      leaving.add(l);
    }
  }

  /** Nobody is accepted any more; who is connected may still ask for something once. */
  void stopAccepting() {
    draining = true;
    listeners.values().forEach(Entrance::stopAccepting);
    leaving.addAll(listeners.values());
    listeners.clear();
  }

  /** Answers end their connections from now on; who comes is still served. */
  void quiesce() {
    draining = true;
    listeners.values().forEach(Entrance::markAwaited);
  }

  /** How many are there that {@link #quiesce} has met, or that came later. */
  int requesting(boolean awaited) {
    return listeners.values().stream().mapToInt(l -> l.requesting(awaited)).sum();
  }

  /** Ends connections at these addresses, so that their clients notice; how many. */
  int resetAt(Predicate<InetAddress> moving) {
    int reset = 0;
    for (Entrance l : listeners.values()) {
      reset += l.resetAt(moving);
    }
    for (Entrance l : leaving) {
      reset += l.resetAt(moving);
    }
    return reset;
  }

  /** Connections that ask for nothing end. */
  void closeIdle() {
    listeners.values().forEach(Entrance::closeIdle);
    leaving.forEach(Entrance::closeIdle);
  }

  /** Everything drains. */
  void drainAll() {
    draining = true;
    for (Entrance l : new ArrayList<>(listeners.values())) {
      drain(l.name());
    }
    leaving.forEach(Entrance::closeIdle);
    servers().forEach(LoopServer::closeIdle);
  }

  int connections() {
    int n = 0;
    for (Entrance l : listeners.values()) {
      n += l.connections();
    }
    for (Entrance l : leaving) {
      n += l.connections();
    }
    return n;
  }

  void closeAll() {
    listeners.values().forEach(Entrance::closeAll);
    leaving.forEach(Entrance::closeAll);
    servers().forEach(LoopServer::closeIdle);
  }
}
