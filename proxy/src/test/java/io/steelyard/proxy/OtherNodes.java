package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.session.HybridClock;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The other nodes that a proxy asks for sessions: a test answers for them. */
final class OtherNodes implements SessionLookup {
  private static final int ORIGIN = 7;

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final HybridClock clock = new HybridClock();

  /** Whether nobody can be asked. */
  volatile boolean away;

  /** One question. */
  static final class Asked {
    private final long[] keys;
    private final Answer answer;

    private Asked(long[] keys, Answer answer) {
      this.keys = keys;
      this.answer = answer;
    }

    /** The halves of all keys. */
    long[] keys() {
      return keys;
    }

    /** Of the first key. */
    long high() {
      return keys[0];
    }

    /** Of the first key. */
    long low() {
      return keys[1];
    }

    void answer(SessionEntry entry) {
      answer.found(entry);
    }

    void unknown() {
      answer.found(null);
    }
  }

  @Override
  public boolean ask(long[] keys, Answer answer) {
    return !away && asked.add(new Asked(keys, answer));
  }

  /** The next question; waits for it. */
  Asked next() throws InterruptedException {
    Asked next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a question").isNotNull();
    return next;
  }

  /** Questions that nobody has looked at. */
  int waiting() {
    return asked.size();
  }

  /** The session that is asked for, at home at a server of pool "app" and seen just now. */
  SessionEntry at(String server, Asked question) {
    return entry(question.high(), question.low(), SessionShard.number(server));
  }

  /** The session that is asked for, ended by hand. */
  SessionEntry gone(Asked question) {
    return entry(question.high(), question.low(), SessionEntry.GONE);
  }

  SessionEntry entry(long high, long low, long server) {
    SessionEntry entry = new SessionEntry();
    entry.high = high;
    entry.low = low;
    entry.pool = (int) SessionShard.number("app");
    entry.server = server;
    entry.seenS = nowS();
    entry.ttlS = 1800;
    entry.stamp = clock.next(System.currentTimeMillis());
    entry.origin = ORIGIN;
    return entry;
  }

  /** Look-ups that are under way at a proxy; what its loops were to do before is done. */
  static int underWay(Proxy proxy) {
    AtomicInteger n = new AtomicInteger();
    proxy.onAll(p -> n.addAndGet(p.lookups().underWay()));
    return n.get();
  }

  /** Sessions that a proxy remembers. */
  static int remembered(Proxy proxy) {
    return proxy.sessions().stream().mapToInt(SessionShard::size).sum();
  }

  private static int nowS() {
    return (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }

  /** Entries as they are written. */
  static ByteBuffer written(List<SessionEntry> entries) {
    ByteBuffer out = ByteBuffer.allocate(entries.size() * SessionEntry.BYTES);
    entries.forEach(e -> e.write(out));
    return out.flip();
  }

  /** All that is in the feed, which is empty afterwards. */
  static List<SessionEntry> drain(SessionFeed feed) {
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    List<SessionEntry> all = new ArrayList<>();
    while (feed.drain(out.clear()) > 0) {
      out.flip();
      while (out.hasRemaining()) {
        SessionEntry entry = new SessionEntry();
        entry.read(out);
        all.add(entry);
      }
    }
    return all;
  }
}
