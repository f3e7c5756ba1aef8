package io.steelyard.core.session;

import io.steelyard.core.balance.Hash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A part of the session table: which session is at home at which server. Of fixed size, in arrays
 * of numbers: {@value #ENTRY_BYTES} bytes an entry, and 4 to 8 for the index. One thread writes,
 * any number of threads read at the same time; nobody waits or allocates. When it is full the
 * session that has not been seen for the longest time makes room.
 *
 * <p>A chained hash table and a list by time, both through indexes:
 *
 * <pre>
 *   heads[hash] -> slot -> next[slot] -> ... -> NONE          who has the same hash
 *   newest -> older[slot] -> ... -> oldest                    when it was seen
 *   free -> next[slot] -> ... -> NONE                         slots without a session
 * </pre>
 *
 * <p>Readers come through while the writer changes chains: an entry is unlinked before it is used
 * again, and linked when it is complete. Who stands on an entry meanwhile finds it in another chain
 * and begins anew; who has read one looks whether it is still the same.
 */
public final class SessionShard {
  /** No slot. */
  public static final int NONE = -1;

  /** Memory of an entry, without the index. */
  public static final int ENTRY_BYTES = 60;

  /** Of the index at most. */
  public static final int INDEX_BYTES_MAX = 8;

  /** In a stamp's place: the writer is at the entry. */
  private static final long CHANGING = -1;

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] high;
  private final long[] low;
  private final long[] server;
  private final int[] pool;
  private final int[] seenS;
  private final int[] ttlS;
  private final long[] stamp;
  private final int[] origin;
  private final int[] next;
  private final int[] older;
  private final int[] newer;
  private final int[] heads;
  private int free;
  private int newest = NONE;
  private int oldest = NONE;
  private int swept;
  private SessionClears clears = SessionClears.NONE;
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong evicted = new AtomicLong();
  private final AtomicLong expired = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** What {@link #find} found. */
  public static final class Found {
    /** The number of the server's name. */
    public long server;

    /** When the session was seen last, in seconds since 1970. */
    public int seenS;

    /** Whether it is known that the session was ended by hand: then it was not found. */
    public boolean ended;

    /** Nothing yet. */
    public Found() {}
  }

  /** Empty, with room for {@code capacity} sessions. */
  public SessionShard(int capacity) {
    high = new long[capacity];
    low = new long[capacity];
    server = new long[capacity];
    pool = new int[capacity];
    seenS = new int[capacity];
    ttlS = new int[capacity];
    stamp = new long[capacity];
    origin = new int[capacity];
    next = new int[capacity];
    older = new int[capacity];
    newer = new int[capacity];
    heads = new int[Integer.highestOneBit(Math.max(1, capacity - 1)) << 1];
    Arrays.fill(heads, NONE);
    free = capacity == 0 ? NONE : 0;
    for (int i = 0; i < capacity; i++) {
      next[i] = i + 1 < capacity ? i + 1 : NONE;
    }
  }

  /** The number that a name of a pool or a server has here: the same on every node. */
  public static long number(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return Hash.of(bytes, 0, bytes.length, 0);
  }

  // ---- any thread

  /**
   * Looks for a session; any thread.
   *
   * @param keyLow not 0
   * @param nowS seconds since 1970: a session that is over by then is none
   */
  public boolean find(long keyHigh, long keyLow, int nowS, Found found) {
    found.ended = false;
    int chain = chain(keyLow);
    int at = head(chain);
    // Every step that leads astray means that the writer has used an entry again meanwhile.
    for (int steps = 0; at != NONE && steps <= next.length; steps++) {
      long entryLow = (long) LONGS.getAcquire(low, at);
      if (entryLow == keyLow && high(at) == keyHigh) {
        found.server = (long) LONGS.getAcquire(server, at);
        found.seenS = (int) INTS.getAcquire(seenS, at);
        int ttl = (int) INTS.getAcquire(ttlS, at);
        if (low(at) == keyLow && high(at) == keyHigh) {
          boolean over = nowS - found.seenS > ttl;
          found.ended = !over && found.server == SessionEntry.GONE;
          return !over && !found.ended;
        }
        at = head(chain);
      } else if (entryLow == 0 || chain(entryLow) != chain) {
        at = head(chain);
      } else {
        int following = (int) INTS.getAcquire(next, at);
        at = low(at) == entryLow ? following : head(chain);
      }
    }
    return false;
  }

  /**
   * Sessions that it holds, those that are over and not swept away yet included, those that were
   * ended not. Any thread.
   */
  public int size() {
    return size.get();
  }

  /** For how many it has room. */
  public int capacity() {
    return next.length;
  }

  /** Sessions that had to make room, since the beginning. Any thread. */
  public long evicted() {
    return evicted.get();
  }

  /** Sessions that were over and swept away, since the beginning. Any thread. */
  public long expired() {
    return expired.get();
  }

  /**
   * Sessions of other nodes that had no room, since the beginning: all that are here were seen
   * later. Any thread.
   */
  public long refused() {
    return refused.get();
  }

  /** Gets sessions. */
  @FunctionalInterface
  public interface Visitor {
    /** The entry is used again for the next one. */
    void visit(SessionEntry entry);
  }

  /**
   * Visits all sessions, in no order. Any thread; what changes meanwhile is seen or not. Blocks
   * nobody.
   */
  public void visit(Visitor visitor) {
    SessionEntry entry = new SessionEntry();
    for (int i = 0; i < next.length; i++) {
      if (read(i, entry)) {
        visitor.visit(entry);
      }
    }
  }

  /** Reads a slot as it was at one moment; false if there is nothing, or the writer is at it. */
  private boolean read(int at, SessionEntry entry) {
    entry.stamp = (long) LONGS.getAcquire(stamp, at);
    entry.low = low(at);
    entry.high = high(at);
    entry.server = (long) LONGS.getAcquire(server, at);
    entry.pool = (int) INTS.getAcquire(pool, at);
    entry.seenS = (int) INTS.getAcquire(seenS, at);
    entry.ttlS = (int) INTS.getAcquire(ttlS, at);
    entry.origin = (int) INTS.getAcquire(origin, at);
    return entry.low != 0
        && entry.stamp != CHANGING
        && low(at) == entry.low
        && high(at) == entry.high
        && (long) LONGS.getAcquire(stamp, at) == entry.stamp;
  }

  // ---- the writer

  /** Visits all sessions, those first that have not been seen for the longest time. */
  public void visitFromOldest(Visitor visitor) {
    SessionEntry entry = new SessionEntry();
    for (int i = oldest; i != NONE; i = newer[i]) {
      read(i, entry);
      visitor.visit(entry);
    }
  }

  /** Notes a session, and that it was seen later than all others. */
  public void put(SessionEntry entry) {
    if (next.length == 0) {
      return;
    }
    int at = slot(entry.high, entry.low);
    if (at == NONE) {
      insert(entry);
    } else {
      place(at, entry);
      touch(at, entry.seenS);
    }
  }

  /**
   * Takes in what another node tells of a session: the later home, the later sight. When there is
   * no room, what is older than all that are here is refused, so that two full tables do not hand
   * each other the same sessions for ever. What {@link #follow} has ended is refused, too.
   *
   * @return whether anything is new here
   */
  public boolean merge(SessionEntry entry) {
    if (next.length == 0 || clears.cover(entry)) {
      return false;
    }
    int at = slot(entry.high, entry.low);
    if (at == NONE) {
      if (free == NONE && entry.seenS < seenS[oldest]) {
        refused.lazySet(refused.getPlain() + 1);
        return false;
      }
      insert(entry);
      return true;
    }
    boolean later = entry.isLaterThan(stamp[at], origin[at], server[at]);
    if (later) {
      place(at, entry);
    }
    if (entry.seenS > seenS[at]) {
      touch(at, entry.seenS);
      return true;
    }
    return later;
  }

  private void insert(SessionEntry entry) {
    int at = take();
    server[at] = SessionEntry.GONE;
    place(at, entry);
    INTS.setRelease(pool, at, entry.pool);
    INTS.setRelease(seenS, at, entry.seenS);
    int chain = chain(entry.low);
    INTS.setRelease(next, at, heads[chain]);
    LONGS.setRelease(high, at, entry.high);
    LONGS.setRelease(low, at, entry.low);
    INTS.setRelease(heads, chain, at);
    linkNewest(at);
  }

  private void place(int at, SessionEntry entry) {
    count(lives(entry.server) - lives(server[at]));
    LONGS.setVolatile(stamp, at, CHANGING);
    LONGS.setRelease(server, at, entry.server);
    INTS.setRelease(ttlS, at, entry.ttlS);
    INTS.setRelease(origin, at, entry.origin);
    LONGS.setRelease(stamp, at, entry.stamp);
  }

  /**
   * Notes that a session was seen now.
   *
   * @param entry its key; becomes what is known of it
   * @return false when there is none
   */
  public boolean seen(SessionEntry entry, int nowS) {
    int at = slot(entry.high, entry.low);
    return at != NONE && touch(at, nowS) && read(at, entry);
  }

  /** Forgets a session; false when there is none. */
  public boolean remove(long keyHigh, long keyLow) {
    int at = slot(keyHigh, keyLow);
    if (at == NONE) {
      return false;
    }
    drop(at);
    return true;
  }

  /** Forgets the sessions that are over among the next {@code slots}; all slots have their turn. */
  public void sweep(int slots, int nowS) {
    for (int i = 0; i < Math.min(slots, next.length); i++) {
      if (low[swept] != 0 && nowS - seenS[swept] > ttlS[swept]) {
        drop(swept);
        expired.lazySet(expired.getPlain() + 1);
      }
      swept = swept + 1 == next.length ? 0 : swept + 1;
    }
  }

  /** Which sessions are meant. */
  @FunctionalInterface
  public interface Choice {
    boolean includes(int pool, long server);
  }

  /** Forgets all sessions that are chosen; how many. */
  public int clear(Choice choice) {
    int before = size.get();
    for (int i = 0; i < next.length; i++) {
      if (low[i] != 0 && choice.includes(pool[i], server[i])) {
        drop(i);
      }
    }
    return before - size.get();
  }

  /**
   * Ends all sessions that are chosen, and remembers until they are over that they have ended.
   *
   * @param visitor gets each of them
   * @return how many
   */
  public int end(Choice choice, HybridClock clock, long nowMs, int byOrigin, Visitor visitor) {
    SessionEntry entry = new SessionEntry();
    int ended = 0;
    for (int i = 0; i < next.length; i++) {
      if (low[i] != 0
          && server[i] != SessionEntry.GONE
          && choice.includes(pool[i], server[i])
          && read(i, entry)) {
        entry.server = SessionEntry.GONE;
        entry.stamp = clock.next(nowMs);
        entry.origin = byOrigin;
        place(i, entry);
        visitor.visit(entry);
        ended++;
      }
    }
    return ended;
  }

  /**
   * From now on sessions that these cover are none: those that are here are forgotten, and what
   * others tell of them is passed over.
   */
  public void follow(SessionClears next) {
    clears = next;
    SessionEntry entry = new SessionEntry();
    for (int i = 0; i < low.length; i++) {
      if (low[i] != 0 && read(i, entry) && next.cover(entry)) {
        drop(i);
      }
    }
  }

  private int slot(long keyHigh, long keyLow) {
    int at = heads[chain(keyLow)];
    while (at != NONE && (low[at] != keyLow || high[at] != keyHigh)) {
      at = next[at];
    }
    return at;
  }

  private int take() {
    if (free == NONE) {
      drop(oldest);
      evicted.lazySet(evicted.getPlain() + 1);
    }
    int at = free;
    free = next[at];
    return at;
  }

  private boolean touch(int at, int nowS) {
    INTS.setRelease(seenS, at, nowS);
    if (newest != at) {
      unlink(at);
      linkNewest(at);
    }
    return true;
  }

  private void drop(int at) {
    int chain = chain(low[at]);
    int before = NONE;
    for (int i = heads[chain]; i != at; i = next[i]) {
      before = i;
    }
    if (before == NONE) {
      INTS.setRelease(heads, chain, next[at]);
    } else {
      INTS.setRelease(next, before, next[at]);
    }
    LONGS.setRelease(low, at, 0L);
    unlink(at);
    INTS.setRelease(next, at, free);
    free = at;
    count(-lives(server[at]));
  }

  private static int lives(long server) {
    return server == SessionEntry.GONE ? 0 : 1;
  }

  private void count(int change) {
    size.lazySet(size.getPlain() + change);
  }

  private void linkNewest(int at) {
    older[at] = newest;
    newer[at] = NONE;
    if (newest == NONE) {
      oldest = at;
    } else {
      newer[newest] = at;
    }
    newest = at;
  }

  private void unlink(int at) {
    if (newer[at] == NONE) {
      newest = older[at];
    } else {
      older[newer[at]] = older[at];
    }
    if (older[at] == NONE) {
      oldest = newer[at];
    } else {
      newer[older[at]] = newer[at];
    }
  }

  private int chain(long keyLow) {
    return (int) keyLow & (heads.length - 1);
  }

  private int head(int chain) {
    return (int) INTS.getAcquire(heads, chain);
  }

  private long high(int at) {
    return (long) LONGS.getAcquire(high, at);
  }

  private long low(int at) {
    return (long) LONGS.getAcquire(low, at);
  }
}
