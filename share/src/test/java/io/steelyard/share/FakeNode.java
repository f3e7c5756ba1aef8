package io.steelyard.share;

import io.steelyard.cluster.Clearing;
import io.steelyard.cluster.Fact;
import io.steelyard.core.session.HybridClock;
import io.steelyard.core.session.SessionClears;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A node's session table without a node: writers take turns, in place of a loop. */
final class FakeNode implements LocalState {
  static final int POOL = 3;
  static final int TTL_S = 3600;

  final SessionShard shard;
  final Queue<Fact> facts = new ConcurrentLinkedQueue<>();
  final AtomicLong requests = new AtomicLong();
  private final HybridClock clock = new HybridClock();
  private final ReentrantLock writing = new ReentrantLock();
  private final ByteBuffer changes = ByteBuffer.allocate(1 << 22);
  private final AtomicLong lost = new AtomicLong();
  private SessionClears clears = SessionClears.NONE;
  private volatile int origin;
  private volatile boolean shared;
  private volatile SessionQuestions questions;

  FakeNode(int capacity) {
    shard = new SessionShard(capacity);
  }

  static int nowS() {
    return (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }

  /** Notes a session as a loop does. */
  void put(long key, long server) {
    SessionEntry entry = new SessionEntry();
    entry.high = ~key;
    entry.low = key;
    entry.pool = POOL;
    entry.server = server;
    entry.seenS = nowS();
    entry.ttlS = TTL_S;
    entry.origin = origin;
    writing.lock();
    try {
      entry.stamp = clock.next(System.currentTimeMillis());
      shard.put(entry);
      if (shared && changes.remaining() >= SessionEntry.BYTES) {
        entry.write(changes);
      } else if (shared) {
        lost.incrementAndGet();
      }
    } finally {
      writing.unlock();
    }
  }

  /** The server that a session is at home at; 0: it is not known. */
  long home(long key) {
    SessionShard.Found found = new SessionShard.Found();
    return shard.find(~key, key, nowS(), found) ? found.server : 0;
  }

  /** Of now. */
  long stamp() {
    writing.lock();
    try {
      return clock.next(System.currentTimeMillis());
    } finally {
      writing.unlock();
    }
  }

  SessionQuestions questions() {
    return questions;
  }

  @Override
  public void visit(SessionShard.Visitor visitor) {
    shard.visit(visitor);
  }

  @Override
  public int merge(ByteBuffer entries) {
    SessionEntry entry = new SessionEntry();
    int news = 0;
    writing.lock();
    try {
      while (entries.hasRemaining()) {
        entry.read(entries);
        clock.heard(entry.stamp);
        news += shard.merge(entry) ? 1 : 0;
      }
    } finally {
      writing.unlock();
    }
    return news;
  }

  @Override
  public Feed share(int asOrigin, SessionQuestions asking, Duration deadline) {
    origin = asOrigin;
    questions = asking;
    shared = true;
    return new Feed() {
      @Override
      public int drain(ByteBuffer into) {
        writing.lock();
        try {
          changes.flip();
          int bytes =
              Math.min(
                  changes.remaining(), into.remaining() / SessionEntry.BYTES * SessionEntry.BYTES);
          into.put(changes.slice(0, bytes));
          changes.position(bytes);
          changes.compact();
          return bytes / SessionEntry.BYTES;
        } finally {
          writing.unlock();
        }
      }

      @Override
      public void await(long atMostNs) {
        LockSupport.parkNanos(Math.min(atMostNs, TimeUnit.MILLISECONDS.toNanos(1)));
      }

      @Override
      public long lost() {
        return lost.get();
      }
    };
  }

  @Override
  public void keep() {
    shared = false;
  }

  @Override
  public Map<String, Long> counts() {
    return Map.of("requests", requests.get());
  }

  @Override
  public void heard(Fact fact) {
    facts.add(fact);
    fact.value().flatMap(value -> Clearing.of(fact.name(), value)).ifPresent(this::follow);
  }

  private void follow(Clearing clearing) {
    writing.lock();
    try {
      clears = clears.with(clearing.pool(), clearing.server(), clearing.stamp());
      clock.heard(clears.newest());
      shard.follow(clears);
    } finally {
      writing.unlock();
    }
  }
}
