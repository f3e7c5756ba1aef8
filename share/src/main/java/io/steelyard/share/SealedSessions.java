package io.steelyard.share;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.seal.Seal;
import io.steelyard.share.store.Store;
import java.nio.ByteBuffer;

/**
 * How sessions lie in a store: under a name of their key, with the stamp, the origin and the last
 * sight in clear as the rank, and all else sealed. For one thread at a time.
 */
final class SealedSessions {
  private static final int PLAIN_BYTES = Long.BYTES + 2 * Integer.BYTES;

  private final Seal seal;
  private final ByteBuffer plain = ByteBuffer.allocate(PLAIN_BYTES);

  SealedSessions(Keyring secrets) {
    seal = new Seal(secrets);
  }

  static String key(long high, long low) {
    return "s:%016x%016x".formatted(high, low);
  }

  Store.Item item(SessionEntry e, long nowMs) {
    byte[] rank = new byte[Store.RANK_BYTES];
    ByteBuffer.wrap(rank).putLong(e.stamp).putInt(e.origin).putInt(e.seenS);
    plain.clear().putLong(e.server).putInt(e.pool).putInt(e.ttlS).flip();
    String key = key(e.high, e.low);
    return new Store.Item(key, seal.seal(key, rank, plain, nowMs), Math.max(1, e.ttlS));
  }

  /** What a value says of a session; null if it is none, or none of this cluster. */
  SessionEntry read(long high, long low, byte[] value) {
    ByteBuffer opened = seal.open(key(high, low), Store.RANK_BYTES, value).orElse(null);
    if (opened == null || opened.remaining() != PLAIN_BYTES) {
      return null;
    }
    SessionEntry e = new SessionEntry();
    ByteBuffer rank = ByteBuffer.wrap(value);
    e.high = high;
    e.low = low;
    e.stamp = rank.getLong();
    e.origin = rank.getInt();
    e.seenS = rank.getInt();
    e.server = opened.getLong();
    e.pool = opened.getInt();
    e.ttlS = opened.getInt();
    return e;
  }
}
