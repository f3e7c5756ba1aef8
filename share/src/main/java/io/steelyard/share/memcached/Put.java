package io.steelyard.share.memcached;

/** A value on its way to a server. */
final class Put {
  private static final int RELATIVE_MAX_S = 30 * 24 * 3600;

  private final String key;
  private final byte[] value;
  private final int ttlS;
  private final Verb verb;
  private final long version;

  /** When it is to be stored. */
  enum Verb {
    /** Always. */
    SET("set"),
    /** If nothing is there. */
    ADD("add"),
    /** If what is there has that version. */
    CAS("cas");

    private final String word;

    Verb(String word) {
      this.word = word;
    }
  }

  private Put(String key, byte[] value, int ttlS, Verb verb, long version) {
    this.key = key;
    this.value = value;
    this.ttlS = ttlS;
    this.verb = verb;
    this.version = version;
  }

  /** Stores it whatever is there; {@code ttlS} is 0 for ever. */
  static Put always(String key, byte[] value, int ttlS) {
    return new Put(key, value, ttlS, Verb.SET, 0);
  }

  /** Stores it in the place of {@code there}, or of nothing if that is null. */
  static Put over(Value there, String key, byte[] value, int ttlS) {
    return there == null
        ? new Put(key, value, ttlS, Verb.ADD, 0)
        : new Put(key, value, ttlS, Verb.CAS, there.version());
  }

  /** The value, not a copy. */
  byte[] value() {
    return value;
  }

  /** The line that goes before the value. */
  String line(long nowS) {
    String line = verb.word + " " + key + " 0 " + expiry(nowS) + " " + value.length;
    return verb == Verb.CAS ? line + " " + Long.toUnsignedString(version) : line;
  }

  /**
   * Its clock ticks once a second, so that one second may be none. It takes more than 30 days for a
   * date.
   */
  private long expiry(long nowS) {
    long atLeastS = ttlS + 1L;
    return ttlS == 0 ? 0 : atLeastS <= RELATIVE_MAX_S ? atLeastS : nowS + atLeastS;
  }
}
