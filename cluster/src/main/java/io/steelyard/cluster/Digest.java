package io.steelyard.cluster;

import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A table's content in short: a sum of what is in each of {@value #BUCKETS} buckets, and how many
 * sessions that are. Two tables whose digests are equal have the same content, but for a chance of
 * 1 in 2^64 a bucket; where a bucket differs, it is sent. Sums are of mixed bits, by exclusive or,
 * so that the order does not matter.
 */
public final class Digest {
  /** How finely two tables are compared. */
  public static final int BUCKETS = 1024;

  /** Of one that is written. */
  static final int BYTES = BUCKETS * (Long.BYTES + Integer.BYTES);

  private static final int BUCKET_SHIFT = Long.SIZE - 10;

  /** The odd fractions that MurmurHash3's finalizer multiplies by. */
  private static final long MIX_1 = 0xff51afd7ed558ccdL;

  private static final long MIX_2 = 0xc4ceb9fe1a85ec53L;

  private final long[] sums = new long[BUCKETS];
  private final int[] counts = new int[BUCKETS];

  Digest() {}

  /** The digest of what is not over by then. */
  static Digest of(ReplicatedTable table, int nowS) {
    Digest digest = new Digest();
    table.visit(entry -> {
      if (!entry.isOver(nowS)) {
        digest.add(entry);
      }
    });
    return digest;
  }

  static Digest read(ByteBuffer in) {
    Digest digest = new Digest();
    for (int i = 0; i < BUCKETS; i++) {
      digest.sums[i] = in.getLong();
    }
    for (int i = 0; i < BUCKETS; i++) {
      digest.counts[i] = in.getInt();
    }
    return digest;
  }

  void write(ByteBuffer out) {
    Arrays.stream(sums).forEach(out::putLong);
    Arrays.stream(counts).forEach(out::putInt);
  }

  private void add(SessionEntry e) {
    int bucket = bucket(e);
    long sum = mix(e.high ^ mix(e.low));
    sum = mix(sum ^ e.server);
    sum = mix(sum ^ e.stamp);
    sum = mix(sum ^ ((long) e.origin << Integer.SIZE | e.seenS));
    sums[bucket] ^= sum;
    counts[bucket]++;
  }

  /** Where a session belongs. */
  static int bucket(SessionEntry e) {
    return (int) (mix(e.low ^ Long.rotateLeft(e.high, Integer.SIZE)) >>> BUCKET_SHIFT);
  }

  boolean differs(Digest other, int bucket) {
    return sums[bucket] != other.sums[bucket] || counts[bucket] != other.counts[bucket];
  }

  /** Sessions in a bucket; of another node's digest: as it says. */
  int count(int bucket) {
    return counts[bucket];
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 33)) * MIX_1;
    z = (z ^ (z >>> 33)) * MIX_2;
    return z ^ (z >>> 33);
  }
}
