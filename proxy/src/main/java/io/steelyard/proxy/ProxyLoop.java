package io.steelyard.proxy;

import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.net.Buffer;
import io.steelyard.net.Loop;
import io.steelyard.wire.http1.HeadLimits;
import io.steelyard.wire.http1.RequestIds;
import io.steelyard.wire.http1.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final int SMALL_BYTES = 2048;
  private static final int SMALL_KEPT_MAX = 1024;

  private final Loop loop;
  private final int loops;
  private final RandomGenerator random;
  private final RequestIds requestIds;
  private final LoopLog accessLog;
  private final byte[] in = new byte[2 * Buffer.RECEIVE_BYTES];
  private final byte[] out = new byte[Buffer.CAPACITY];
  private final PartialBytes partialBytes = new PartialBytes(PARTIAL_BYTES_MAX);
  private final ResponseHead responseHead = new ResponseHead(RESPONSE_LIMITS);
  private final ArrayDeque<byte[]> small = new ArrayDeque<>();
  private final Map<ServerId, LoopServer> servers = new HashMap<>();
  private final Map<String, LoopListener> listeners = new LinkedHashMap<>();

  /** Listeners that are in no snapshot any more, while they have connections. */
  private final List<LoopListener> leaving = new ArrayList<>();

  /** By name for the life of the loop: a counter that went back would look like a restart. */
  private final Map<ServerId, ServerCounters> serverCounters = new HashMap<>();

  private final Map<String, ListenerCounters> listenerCounters = new HashMap<>();
  private LoopPool[] pools = new LoopPool[0];
  private boolean draining;

  ProxyLoop(Loop loop, int loops, RandomGenerator random, LoopLog accessLog) {
    this.loop = loop;
    this.loops = loops;
    this.random = random;
    this.requestIds = new RequestIds(random.nextLong());
    this.accessLog = accessLog;
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

  /** Scratch memory for what came in; good until the next call from the loop. */
  byte[] in() {
    return in;
  }

  /** Scratch memory for a head that goes out. */
  byte[] out() {
    return out;
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

  Collection<LoopServer> servers() {
    return servers.values();
  }

  Collection<LoopListener> listeners() {
    return listeners.values();
  }

  List<LoopListener> leaving() {
    return leaving;
  }

  ServerCounters serverCounters(ServerId id) {
    return serverCounters.computeIfAbsent(id, i -> new ServerCounters());
  }

  ListenerCounters listenerCounters(String name, int ordinal) {
    return listenerCounters.computeIfAbsent(name, n -> new ListenerCounters(n, ordinal));
  }

  Map<ServerId, ServerCounters> allServerCounters() {
    return serverCounters;
  }

  Collection<ListenerCounters> allListenerCounters() {
    return listenerCounters.values();
  }

  /** An array of at least {@code n} bytes. */
  byte[] takeBytes(int n) {
    if (n > SMALL_BYTES) {
      return new byte[n];
    }
    byte[] b = small.pollLast();
    return b != null ? b : new byte[SMALL_BYTES];
  }

  void giveBytes(byte[] b) {
    if (b.length == SMALL_BYTES && small.size() < SMALL_KEPT_MAX) {
      small.addLast(b);
    }
  }

  // ---- following snapshots

  /** From now on new requests follow this one. */
  void follow(Published next) {
    Set<ServerId> kept = new HashSet<>();
    LoopPool[] nextPools = new LoopPool[next.snapshot().pools().size()];
    for (int i = 0; i < nextPools.length; i++) {
      Pool pool = next.snapshot().pools().get(i);
      LoopServer[] members = new LoopServer[pool.servers().size()];
      for (int j = 0; j < members.length; j++) {
        members[j] = server(pool, pool.servers().get(j));
        kept.add(members[j].id());
      }
      nextPools[i] = new LoopPool(this, pool, next.balancers().get(i).get(), members);
    }
    servers
        .entrySet()
        .removeIf(e -> {
          if (kept.contains(e.getKey())) {
            return false;
          }
          e.getValue().retire();
          return true;
        });
    pools = nextPools;
    leaving.removeIf(l -> l.connections() == 0);
    for (Listener l : next.snapshot().listeners()) {
      LoopListener open = listeners.get(l.name());
      if (open != null) {
        open.follow(l, nextPools);
      }
    }
  }

  private LoopServer server(Pool pool, Server server) {
    ServerId id = new ServerId(pool.name(), server.name());
    LoopServer existing = servers.get(id);
    if (existing == null || !existing.address().equals(server.address())) {
      if (existing != null) {
        existing.retire();
      }
      existing = new LoopServer(this, id, server);
      servers.put(id, existing);
    }
    existing.follow(server, pool.timeouts(), pool.limits());
    return existing;
  }

  /** Accepts from now on. */
  void open(Listener listener, Proxy.Open open) {
    LoopListener l = new LoopListener(this, listener, pools, open);
    listeners.put(listener.name(), l);
    l.open();
  }

  /** Accepts no more; what is under way goes on. */
  void drain(String name, int ordinal) {
    LoopListener l = listeners.get(name);
    if (l != null && l.ordinal() == ordinal) {
      listeners.remove(name);
      l.drain();
      leaving.add(l);
    }
  }

  /** Everything drains. */
  void drainAll() {
    draining = true;
    for (LoopListener l : new ArrayList<>(listeners.values())) {
      drain(l.name(), l.ordinal());
    }
    leaving.forEach(LoopListener::closeIdle);
    servers.values().forEach(LoopServer::closeIdle);
  }

  int connections() {
    int n = 0;
    for (LoopListener l : listeners.values()) {
      n += l.connections();
    }
    for (LoopListener l : leaving) {
      n += l.connections();
    }
    return n;
  }

  void closeAll() {
    listeners.values().forEach(LoopListener::closeAll);
    leaving.forEach(LoopListener::closeAll);
    servers.values().forEach(LoopServer::closeIdle);
  }
}
