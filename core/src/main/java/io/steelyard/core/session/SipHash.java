package io.steelyard.core.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012): who does
 * not know the key can neither tell what gives a hash nor find two inputs that give the same.
 * Immutable; allocates nothing when asked.
 */
public final class SipHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long key0;
  private final long key1;

  /** With a key of 128 bits. */
  public SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The hash of {@code bytes[from..to)}. */
  public long of(byte[] bytes, int from, int to) {
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    int whole = from + ((to - from) & ~7);
    int end = whole + 8;
    for (int at = from; at <= end; at += 8) {
      // After the last word, which has the length, four rounds more.
      long m = at == end ? 0 : at == whole ? last(bytes, at, to, to - from) : word(bytes, at);
      v3 ^= m;
      v2 ^= at == end ? 0xff : 0;
      for (int rounds = at == end ? 4 : 2; rounds > 0; rounds--) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= m;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** The bytes that are left over, and the length in the highest byte. */
  private static long last(byte[] bytes, int from, int to, int length) {
    long m = (long) length << 56;
    for (int i = from; i < to; i++) {
      m |= (bytes[i] & 0xFFL) << (8 * (i - from));
    }
    return m;
  }
}
