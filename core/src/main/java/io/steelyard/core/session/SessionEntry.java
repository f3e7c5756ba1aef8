package io.steelyard.core.session;

import java.nio.ByteBuffer;

/**
 * A session as nodes tell each other of it: where it is at home since when, and when it was seen.
 * Of two that tell of the same session the later home holds, whoever heard of it first, and the
 * later sight: see {@link #isLaterThan}. Used again for the next one; for one thread.
 */
public final class SessionEntry {
  /** Of one that is written. */
  public static final int BYTES = 48;

  /**
   * The server of a session that was ended by hand: nodes that have not heard would bring it back.
   */
  public static final long GONE = 0;

  public long high;
  public long low;

  /** The number of the pool's name. */
  public int pool;

  /** The number of the server's name, or {@link #GONE}. */
  public long server;

  /** When it was seen last, in seconds since 1970. */
  public int seenS;

  /** How long it lasts without being seen, in seconds. */
  public int ttlS;

  /** When it came to be at home there, by a {@link HybridClock}. */
  public long stamp;

  /** The number of the node that placed it there, in one of its lives. */
  public int origin;

  /** Nothing yet. */
  public SessionEntry() {}

  /** The same in an entry of its own. */
  public SessionEntry copy() {
    SessionEntry copy = new SessionEntry();
    copy.high = high;
    copy.low = low;
    copy.pool = pool;
    copy.server = server;
    copy.seenS = seenS;
    copy.ttlS = ttlS;
    copy.stamp = stamp;
    copy.origin = origin;
    return copy;
  }

  /** Whether it is over. */
  public boolean isOver(int nowS) {
    return nowS - seenS > ttlS;
  }

  /**
   * Whether this tells of a later home than one with these. A total order: all nodes come to the
   * same whatever the order in which they hear.
   */
  public boolean isLaterThan(long otherStamp, int otherOrigin, long otherServer) {
    if (stamp != otherStamp) {
      return stamp > otherStamp;
    }
    return origin == otherOrigin
        ? server > otherServer
        : Integer.compareUnsigned(origin, otherOrigin) > 0;
  }

  /** Appends it. */
  public void write(ByteBuffer out) {
    out.putLong(high).putLong(low).putLong(server).putLong(stamp);
    out.putInt(pool).putInt(seenS).putInt(ttlS).putInt(origin);
  }

  /** Becomes the next one. */
  public void read(ByteBuffer in) {
    high = in.getLong();
    low = in.getLong();
    server = in.getLong();
    stamp = in.getLong();
    pool = in.getInt();
    seenS = in.getInt();
    ttlS = in.getInt();
    origin = in.getInt();
  }
}
