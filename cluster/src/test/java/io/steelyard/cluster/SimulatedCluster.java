package io.steelyard.cluster;

import io.steelyard.core.session.HybridClock;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Several nodes with real tables in one thread, on a network that loses, repeats and reorders what
 * they tell each other, and parts them. All chance is of one seed, all time is moved by hand.
 */
final class SimulatedCluster {
  static final long START_MS = 1_800_000_000_000L;
  private static final long MS = 1_000_000;
  private static final int POOL = 3;
  private static final int TTL_S = 3600;
  private static final int DELAY_MAX_MS = 300;

  /** How bad the network is. */
  record Weather(double loss, double repeats) {}

  /** One that is on its way. */
  private record Packet(long atMs, long order, String from, String to, ByteBuffer bytes) {}

  final class Node implements ReplicatedTable {
    final String name;
    final SessionShard shard;
    final HybridClock clock = new HybridClock();
    final int origin;
    final Replica replica;

    /** How far its wall clock is off. */
    final long skewMs;

    private final ByteBuffer changes =
        ByteBuffer.allocate(MessageCodec.ENTRIES_MAX * SessionEntry.BYTES);

    Node(String name, int capacity) {
      this.name = name;
      this.shard = new SessionShard(capacity);
      this.origin = name.hashCode() ^ random.nextInt();
      this.skewMs = random.nextInt(-2000, 2000);
      this.replica =
          new Replica(
              this,
              new FactBook(origin),
              (to, m) -> post(name, to, m),
              fact -> {},
              ReplicaOptions.DEFAULT);
    }

    private long ms() {
      return nowMs + skewMs;
    }

    private int seconds() {
      return (int) (nowMs / 1000);
    }

    @Override
    public void visit(SessionShard.Visitor visitor) {
      shard.visit(visitor);
    }

    @Override
    public int merge(ByteBuffer entries) {
      SessionEntry entry = new SessionEntry();
      int news = 0;
      while (entries.hasRemaining()) {
        entry.read(entries);
        clock.heard(entry.stamp);
        news += shard.merge(entry) ? 1 : 0;
      }
      return news;
    }

    void put(long key, long server) {
      SessionEntry entry = new SessionEntry();
      entry.high = ~key;
      entry.low = key;
      entry.pool = POOL;
      entry.server = server;
      entry.seenS = seconds();
      entry.ttlS = TTL_S;
      entry.stamp = clock.next(ms());
      entry.origin = origin;
      shard.put(entry);
      changed(entry);
    }

    void seen(long key) {
      SessionEntry entry = new SessionEntry();
      entry.high = ~key;
      entry.low = key;
      if (shard.seen(entry, seconds())) {
        changed(entry);
      }
    }

    void end(long server) {
      shard.end((pool, at) -> at == server, clock, ms(), origin, this::changed);
    }

    private void changed(SessionEntry entry) {
      entry.write(changes);
      if (!changes.hasRemaining() || random.nextInt(4) == 0) {
        tell();
      }
    }

    void tell() {
      if (changes.position() > 0) {
        byte[] copy = new byte[changes.flip().remaining()];
        changes.get(copy).clear();
        replica.changed(ByteBuffer.wrap(copy), 0, nowMs * MS);
      }
    }

    /** What it knows, in an order of its own. */
    Map<Long, List<Long>> content() {
      Map<Long, List<Long>> content = new TreeMap<>();
      shard.visit(e ->
          content.put(e.low, List.of(e.high, e.server, e.stamp, (long) e.origin, (long) e.seenS)));
      return content;
    }
  }

  final SplittableRandom random;
  final Map<String, Node> nodes = new TreeMap<>();
  private final PriorityQueue<Packet> network =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Packet::atMs).thenComparingLong(Packet::order));
  private final Set<Set<String>> parted = new HashSet<>();
  private final Map<String, Integer> lives = new HashMap<>();
  private Weather weather = new Weather(0, 0);
  private long nowMs = START_MS;
  private long order;

  /** Bytes of sessions that were sent because tables differed. */
  long posted;

  SimulatedCluster(long seed, int size, int capacity) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < size; i++) {
      start("n" + i, capacity);
    }
  }

  /** A node begins, or begins again with nothing. */
  void start(String name, int capacity) {
    lives.merge(name, 1, Integer::sum);
    Node node = new Node(name, capacity);
    Node before = nodes.put(name, node);
    for (Node other : nodes.values()) {
      if (other != node && !parted.contains(Set.of(name, other.name))) {
        if (before != null) {
          other.replica.disconnected(name);
        }
        connect(node, other);
      }
    }
  }

  private void connect(Node a, Node b) {
    a.replica.connected(b.name, nowMs * MS);
    b.replica.connected(a.name, nowMs * MS);
  }

  void weather(Weather next) {
    weather = next;
  }

  /** Two nodes do not hear each other any more, and notice. */
  void part(String a, String b) {
    if (parted.add(Set.of(a, b))) {
      nodes.get(a).replica.disconnected(b);
      nodes.get(b).replica.disconnected(a);
    }
  }

  void join(String a, String b) {
    if (parted.remove(Set.of(a, b))) {
      connect(nodes.get(a), nodes.get(b));
    }
  }

  void joinAll() {
    for (Set<String> pair : List.copyOf(parted)) {
      List<String> names = new ArrayList<>(pair);
      join(names.get(0), names.get(1));
    }
  }

  private boolean post(String from, String to, Message message) {
    posted += message instanceof Message.Entries part ? part.entries().remaining() : 0;
    ByteBuffer bytes = ByteBuffer.allocate(MessageCodec.BYTES_MAX);
    MessageCodec.write(message, bytes);
    byte[] copy = new byte[bytes.flip().remaining()];
    bytes.get(copy);
    int times = random.nextDouble() < weather.repeats ? 2 : 1;
    for (int i = 0; i < times; i++) {
      if (random.nextDouble() >= weather.loss) {
        long atMs = nowMs + random.nextInt(1, DELAY_MAX_MS);
        network.add(new Packet(atMs, order++, from, to, ByteBuffer.wrap(copy)));
      }
    }
    return true;
  }

  /** Time passes. */
  void run(long forMs) {
    long endMs = nowMs + forMs;
    while (nowMs < endMs) {
      nowMs += 50;
      while (!network.isEmpty() && network.peek().atMs <= nowMs) {
        deliver(network.poll());
      }
      for (Node node : nodes.values()) {
        node.tell();
        nodes.keySet().forEach(other -> node.replica.tick(other, nowMs * MS));
      }
    }
  }

  private void deliver(Packet packet) {
    if (parted.contains(Set.of(packet.from, packet.to))) {
      return;
    }
    try {
      Message message = MessageCodec.read(packet.bytes.duplicate());
      nodes.get(packet.to).replica.received(packet.from, message, nowMs * MS, nowMs);
    } catch (MessageCodec.MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether all nodes know the same. */
  boolean agrees() {
    Map<Long, List<Long>> first = nodes.values().iterator().next().content();
    List<Fact> facts = nodes.values().iterator().next().replica.facts();
    return nodes.values().stream()
        .allMatch(n -> n.content().equals(first) && n.replica.facts().equals(facts));
  }

  /** Lets time pass until all agree, at most so long; whether they do. */
  boolean converges(long withinMs) {
    for (long passed = 0; passed < withinMs; passed += 500) {
      if (agrees()) {
        return true;
      }
      run(500);
    }
    return agrees();
  }

  long nowMs() {
    return nowMs;
  }
}
