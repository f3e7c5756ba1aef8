package io.steelyard.share;

import io.steelyard.cluster.Message;
import io.steelyard.cluster.MessageCodec;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.seal.Seal;
import java.nio.ByteBuffer;
import java.util.Optional;

/** How nodes tell each other what is new through a store: sealed, with their origin before it. */
final class StoreNews {
  private static final String ABOUT = "news";

  /** Sessions in one piece of news: 48 KiB. */
  static final int ENTRIES_MAX = 1000;

  static final int ENTRIES_BYTES = ENTRIES_MAX * SessionEntry.BYTES;

  /** What was heard, and from whom. */
  record Heard(int origin, Message message) {}

  private final Seal seal;

  StoreNews(Keyring secrets) {
    seal = new Seal(secrets);
  }

  byte[] write(int origin, Message message, long nowMs) {
    ByteBuffer plain = ByteBuffer.allocate(2 * ENTRIES_BYTES);
    plain.putInt(origin);
    MessageCodec.write(message, plain);
    return seal.seal(ABOUT, new byte[0], plain.flip(), nowMs);
  }

  Optional<Heard> read(byte[] news) {
    ByteBuffer plain = seal.open(ABOUT, 0, news).orElse(null);
    if (plain == null || plain.remaining() < Integer.BYTES) {
      return Optional.empty();
    }
    try {
      int origin = plain.getInt();
      return Optional.of(new Heard(origin, MessageCodec.read(plain.slice())));
    } catch (MessageCodec.MalformedException e) {
      return Optional.empty();
    }
  }
}
