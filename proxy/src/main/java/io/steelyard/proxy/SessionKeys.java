package io.steelyard.proxy;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SipHash;

/**
 * Makes the keys under which a pool's sessions stand in the table: 128 bits, of which nobody
 * without the secret can tell which value gives which. For one thread.
 */
final class SessionKeys {
  private final SipHash highs;
  private final SipHash lows;
  private final byte[] address = new byte[Long.BYTES];
  private long high;
  private long low;

  /** Of secret {@code i}. */
  SessionKeys(Keyring keys, int i, String pool) {
    this.highs = keys.hash(i, "session table, high, " + pool);
    this.lows = keys.hash(i, "session table, low, " + pool);
  }

  /** The key of the value {@code in[from..to)}; {@link #high} and {@link #low} tell it. */
  void of(byte[] in, int from, int to) {
    high = highs.of(in, from, to);
    long hash = lows.of(in, from, to);
    low = hash == 0 ? 1 : hash;
  }

  /** The key of what has been hashed already. */
  void of(long hash) {
    for (int i = 0; i < address.length; i++) {
      address[i] = (byte) (hash >>> (8 * i));
    }
    of(address, 0, address.length);
  }

  long high() {
    return high;
  }

  /** Never 0. */
  long low() {
    return low;
  }
}
