package io.steelyard.share.memcached;

/** What a server keeps under a key, and the number that is another one after each change. */
final class Value {
  private final byte[] bytes;
  private final long version;

  Value(byte[] bytes, long version) {
    this.bytes = bytes;
    this.version = version;
  }

  /** The value, not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** Memcached's "cas unique", unsigned. */
  long version() {
    return version;
  }
}
