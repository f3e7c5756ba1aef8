package io.steelyard.core.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of bytes: XXH64, from the specification in {@code doc/xxhash_spec.md} of
 * github.com/Cyan4973/xxHash. The same on every machine and in every release, since nodes that
 * share a table must agree. Not for keys that an attacker may choose freely to collide.
 */
public final class Hash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE_BYTES = 32;

  private Hash() {}

  /** XXH64 of {@code bytes[from..to)}. Allocates nothing. */
  public static long of(byte[] bytes, int from, int to, long seed) {
    int at = from;
    long hash = seed + PRIME_5;
    if (to - from >= STRIPE_BYTES) {
      long a = seed + PRIME_1 + PRIME_2;
      long b = seed + PRIME_2;
      long c = seed;
      long d = seed - PRIME_1;
      for (; to - at >= STRIPE_BYTES; at += STRIPE_BYTES) {
        a = round(a, longAt(bytes, at));
        b = round(b, longAt(bytes, at + 8));
        c = round(c, longAt(bytes, at + 16));
        d = round(d, longAt(bytes, at + 24));
      }
      hash = converge(a, b, c, d);
    }
    return finish(tail(hash + (to - from), bytes, at, to));
  }

  /**
   * Spreads every bit of {@code x} over the whole result; a bijection. The finalizer of
   * MurmurHash3's 128-bit form, with the constants of its {@code fmix64}.
   */
  public static long mix(long x) {
    long h = (x ^ (x >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }

  private static long converge(long a, long b, long c, long d) {
    long hash =
        Long.rotateLeft(a, 1)
            + Long.rotateLeft(b, 7)
            + Long.rotateLeft(c, 12)
            + Long.rotateLeft(d, 18);
    return merge(merge(merge(merge(hash, a), b), c), d);
  }

  private static long tail(long start, byte[] bytes, int from, int to) {
    long hash = start;
    int at = from;
    for (; to - at >= 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, longAt(bytes, at)), 27) * PRIME_1 + PRIME_4;
    }
    if (to - at >= 4) {
      long four = Integer.toUnsignedLong((int) INT.get(bytes, at));
      hash = Long.rotateLeft(hash ^ (four * PRIME_1), 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < to; at++) {
      hash = Long.rotateLeft(hash ^ ((bytes[at] & 0xFF) * PRIME_5), 11) * PRIME_1;
    }
    return hash;
  }

  private static long round(long accumulator, long input) {
    return Long.rotateLeft(accumulator + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long accumulator) {
    return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
  }

  private static long finish(long hash) {
    long h = (hash ^ (hash >>> 33)) * PRIME_2;
    h = (h ^ (h >>> 29)) * PRIME_3;
    return h ^ (h >>> 32);
  }

  private static long longAt(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }
}
