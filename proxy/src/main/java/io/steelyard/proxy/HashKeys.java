package io.steelyard.proxy;

import io.steelyard.core.balance.Hash;
import io.steelyard.core.balance.HashKey;
import io.steelyard.wire.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds in a request what its pool hashes by, or what tells its session. Loop thread only;
 * allocates nothing per request.
 */
final class HashKeys {
  private static final int SEED = 0;

  private final HashKey.Kind kind;
  private final byte[] name;

  HashKeys(HashKey key) {
    kind = key.kind();
    // Field names know no case; cookies and query parameters do.
    String text = kind == HashKey.Kind.HEADER ? key.name().toLowerCase(Locale.ROOT) : key.name();
    name = text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The key of the request whose head was parsed last.
   *
   * @param in the array that it was parsed in
   * @param addressKey the key of its client's address: for requests that lack what is asked for
   */
  long of(RequestHead head, byte[] in, long addressKey) {
    return find(head) ? Hash.of(in, head.foundFrom(), head.foundTo(), SEED) : addressKey;
  }

  /** Of a field in lower case, of a cookie or a parameter as it is; not to be changed. */
  byte[] name() {
    return name;
  }

  /** Whether the request has it; the head then tells where. */
  boolean find(RequestHead head) {
    return switch (kind) {
      case ADDRESS -> false;
      case PATH -> head.findPath();
      case HEADER -> head.findField(name);
      case COOKIE -> head.findCookie(name);
      case QUERY -> head.findQuery(name);
    };
  }
}
