package io.steelyard.proxy;

import io.steelyard.core.balance.Hash;
import io.steelyard.core.session.Keyring;
import java.nio.charset.StandardCharsets;

/**
 * Makes the keys under which a pool's sessions stand in the table: 128 bits, of which nobody
 * without the secrets can tell which value gives which. For one thread.
 */
final class SessionKeys {
  private final long seedHigh;
  private final long seedLow;
  private long high;
  private long low;

  SessionKeys(Keyring keys, String pool) {
    byte[] name = pool.getBytes(StandardCharsets.UTF_8);
    this.seedHigh = Hash.of(name, 0, name.length, keys.seed("session table, high"));
    this.seedLow = Hash.of(name, 0, name.length, keys.seed("session table, low"));
  }

  /** The key of the value {@code in[from..to)}; {@link #high} and {@link #low} tell it. */
  void of(byte[] in, int from, int to) {
    set(Hash.of(in, from, to, seedHigh), Hash.of(in, from, to, seedLow));
  }

  /** The key of what has been hashed already. */
  void of(long hash) {
    set(Hash.mix(hash ^ seedHigh), Hash.mix(hash ^ seedLow));
  }

  private void set(long nextHigh, long nextLow) {
    high = nextHigh;
    low = nextLow == 0 ? 1 : nextLow;
  }

  long high() {
    return high;
  }

  /** Never 0. */
  long low() {
    return low;
  }
}
