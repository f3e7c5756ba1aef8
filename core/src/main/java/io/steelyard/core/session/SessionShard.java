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
  public static final int ENTRY_BYTES = 48;

  /** Of the index at most. */
  public static final int INDEX_BYTES_MAX = 8;

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] high;
  private final long[] low;
  private final long[] server;
  private final int[] pool;
  private final int[] seenS;
  private final int[] ttlS;
  private final int[] next;
  private final int[] older;
  private final int[] newer;
  private final int[] heads;
  private int free;
  private int newest = NONE;
  private int oldest = NONE;
  private int swept;
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong evicted = new AtomicLong();
  private final AtomicLong expired = new AtomicLong();

  /** What {@link #find} found. */
  public static final class Found {
    /** The number of the server's name. */
    public long server;

    /** When the session was seen last, in seconds since 1970. */
    public int seenS;

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
          return nowS - found.seenS <= ttl;
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

  /** Sessions that it holds, those that are over and not swept away yet included. Any thread. */
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

  /** Gets sessions. */
  @FunctionalInterface
  public interface Visitor {
    void visit(long high, long low, int pool, long server, int seenS, int ttlS);
  }

  /**
   * Visits all sessions, in no order. Any thread; what changes meanwhile is seen or not. Blocks
   * nobody.
   */
  public void visit(Visitor visitor) {
    for (int i = 0; i < next.length; i++) {
      long entryLow = low(i);
      long entryHigh = high(i);
      long entryServer = (long) LONGS.getAcquire(server, i);
      int entryPool = (int) INTS.getAcquire(pool, i);
      int entrySeen = (int) INTS.getAcquire(seenS, i);
      int entryTtl = (int) INTS.getAcquire(ttlS, i);
      if (entryLow != 0 && low(i) == entryLow && high(i) == entryHigh) {
        visitor.visit(entryHigh, entryLow, entryPool, entryServer, entrySeen, entryTtl);
      }
    }
  }

  // ---- the writer

  /** Visits all sessions, those first that have not been seen for the longest time. */
  public void visitFromOldest(Visitor visitor) {
    for (int i = oldest; i != NONE; i = newer[i]) {
      visitor.visit(high[i], low[i], pool[i], server[i], seenS[i], ttlS[i]);
    }
  }

  /**
   * Notes that a session is at a server, and was seen now.
   *
   * @param keyLow not 0
   * @param ofPool the number of the pool's name
   * @param lifeS how long it lasts without being seen
   */
  public void put(long keyHigh, long keyLow, int ofPool, long atServer, int nowS, int lifeS) {
    if (next.length == 0) {
      return;
    }
    int at = slot(keyHigh, keyLow);
    if (at != NONE) {
      LONGS.setRelease(server, at, atServer);
      INTS.setRelease(ttlS, at, lifeS);
      touch(at, nowS);
      return;
    }
    at = take();
    LONGS.setRelease(server, at, atServer);
    INTS.setRelease(pool, at, ofPool);
    INTS.setRelease(seenS, at, nowS);
    INTS.setRelease(ttlS, at, lifeS);
    int chain = chain(keyLow);
    INTS.setRelease(next, at, heads[chain]);
    LONGS.setRelease(high, at, keyHigh);
    LONGS.setRelease(low, at, keyLow);
    INTS.setRelease(heads, chain, at);
    linkNewest(at);
    size.lazySet(size.getPlain() + 1);
  }

  /** Notes that a session was seen now; nothing when there is none. */
  public void seen(long keyHigh, long keyLow, int nowS) {
    int at = slot(keyHigh, keyLow);
    if (at != NONE) {
      touch(at, nowS);
    }
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

  private void touch(int at, int nowS) {
    INTS.setRelease(seenS, at, nowS);
    if (newest != at) {
      unlink(at);
      linkNewest(at);
    }
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
    size.lazySet(size.getPlain() - 1);
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
