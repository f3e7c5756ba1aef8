package io.steelyard.core.balance;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Where loops that share servers tell each other whose load has fallen: a rise is found out when
 * that server is chosen next, a fall is not. Each loop writes a ring of its own and reads those of
 * the others, without locks; who reads too late misses the oldest, which does no harm.
 */
final class Falls {
  /** Loops that take part; more than that find out by other means. */
  static final int LOOPS_MAX = 64;

  private static final int RING = 64;

  /** How many falls are read for a pick at most. */
  private static final int READ_MAX = 32;

  private volatile Ring[] rings = {};

  /** For one loop. Any thread, when that loop's balancer is made. */
  synchronized Reader join() {
    Ring[] before = rings;
    if (before.length == LOOPS_MAX) {
      return new Reader(this, new Ring());
    }
    Ring[] next = Arrays.copyOf(before, before.length + 1);
    next[before.length] = new Ring();
    rings = next;
    return new Reader(this, next[before.length]);
  }

  /** The last falls that one loop has seen; then how many there were. */
  private static final class Ring {
    private static final int LINE = 16;
    private final AtomicIntegerArray cells = new AtomicIntegerArray(RING + 2 * LINE);

    int written() {
      return cells.getAcquire(RING + LINE);
    }

    int at(int n) {
      return cells.getOpaque(n & (RING - 1));
    }

    void write(int i) {
      int n = cells.getPlain(RING + LINE);
      cells.setOpaque(n & (RING - 1), i);
      cells.setRelease(RING + LINE, n + 1);
    }
  }

  /** One loop's side: that loop's thread only. */
  static final class Reader {
    private final Falls all;
    private final Ring own;
    private final int[] read = new int[LOOPS_MAX];
    private int turn;

    private Reader(Falls all, Ring own) {
      this.all = all;
      this.own = own;
    }

    /** The load of server {@code i} has fallen by this loop's doing. */
    void tell(int i) {
      if (all.rings.length > 1) {
        own.write(i);
      }
    }

    /**
     * Copies the indexes of servers whose load has fallen by others' doing since the last call, the
     * newest if there are too many; returns how many.
     *
     * @param into has room for {@link #roomNeeded}
     */
    int read(int[] into) {
      Ring[] rings = all.rings;
      int count = 0;
      for (int step = 0; step < rings.length && count < READ_MAX; step++) {
        turn = turn + 1 >= rings.length ? 0 : turn + 1;
        if (rings[turn] != own) {
          count = read(rings[turn], turn, into, count);
        }
      }
      return count;
    }

    private int read(Ring ring, int r, int[] into, int from) {
      int written = ring.written();
      int fresh = Math.min(written - read[r], READ_MAX - from);
      read[r] = written;
      for (int n = 0; n < fresh; n++) {
        into[from + n] = ring.at(written - fresh + n);
      }
      return from + Math.max(0, fresh);
    }

    static int roomNeeded() {
      return READ_MAX;
    }
  }
}
