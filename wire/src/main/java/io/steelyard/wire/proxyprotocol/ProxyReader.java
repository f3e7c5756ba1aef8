package io.steelyard.wire.proxyprotocol;

import io.steelyard.wire.proxyprotocol.ProxyRead.Header;
import io.steelyard.wire.proxyprotocol.ProxyRead.Malformed;
import io.steelyard.wire.proxyprotocol.ProxyRead.Partial;

/** Reads the header of either version. Pure functions of their arguments; any thread. */
public final class ProxyReader {
  /**
   * No header is longer: version 1 has 107 bytes at most, version 2 says its own length. Senders
   * put a few hundred bytes beside the addresses.
   */
  public static final int BYTES_MAX = 4096;

  private ProxyReader() {}

  /**
   * Reads what has come in so far, from the first byte of the connection.
   *
   * @param bytes what has come
   * @param size how many of them; the same bytes again, and more, after {@link Partial}
   */
  public static ProxyRead read(byte[] bytes, int size) {
    if (begins(bytes, size, Version2.SIGNATURE)) {
      return size < Version2.SIGNATURE.length ? new Partial() : Version2.read(bytes, size);
    }
    if (begins(bytes, size, Version1.BEGIN)) {
      return size < Version1.BEGIN.length ? new Partial() : Version1.read(bytes, size);
    }
    return new Malformed("no PROXY header");
  }

  /** Whether both are the same as far as both go. */
  private static boolean begins(byte[] bytes, int size, byte[] with) {
    for (int i = 0; i < Math.min(size, with.length); i++) {
      if (bytes[i] != with[i]) {
        return false;
      }
    }
    return true;
  }

  static ProxyRead read(ProxyHeader header, int bytes) {
    return new Header(header, bytes);
  }
}
