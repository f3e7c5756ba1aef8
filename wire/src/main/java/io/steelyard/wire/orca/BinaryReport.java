package io.steelyard.wire.orca;

/**
 * Finds one metric in an {@code xds.data.orca.v3.OrcaLoadReport} in the encoding of Protocol
 * Buffers, written in Base64 (RFC 4648 section 4, with or without padding). A utilization of 0 is
 * not encoded: nothing tells it from none. Allocates nothing once made; not thread-safe.
 */
final class BinaryReport {
  /** Longer reports are not read. */
  static final int BYTES_MAX = 4096;

  private static final int CPU = 1;
  private static final int MEMORY = 2;
  private static final int UTILIZATION = 5;
  private static final int NAMED_METRICS = 8;
  private static final int APPLICATION = 9;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final byte[] report = new byte[BYTES_MAX];
  private final byte[] name;

  /** The number of the metric's own field; of what has none, 0. */
  private final int field;

  private int at;

  /** See {@link LoadMetrics#LoadMetrics}; {@code name} is that of a metric of the server's own. */
  BinaryReport(String metric, byte[] name) {
    this.name = name;
    this.field =
        switch (metric) {
          case "cpu" -> CPU;
          case "memory" -> MEMORY;
          case "application" -> APPLICATION;
          default -> 0;
        };
  }

  /** The metric in the Base64 text {@code in[from..to)}, or {@link LoadMetrics#NONE}. */
  double in(byte[] in, int from, int to) {
    int length = decode(in, from, to);
    double found = LoadMetrics.NONE;
    at = 0;
    while (at < length) {
      long key = varint(length);
      int number = (int) (key >>> 3);
      if (field > 0 && number == field && (key & 7) == FIXED64) {
        found = real(length);
      } else if (field == 0 && (number == UTILIZATION || number == NAMED_METRICS)) {
        int end = message(key, length);
        double value = end < 0 ? LoadMetrics.NONE : entry(end);
        found = value == LoadMetrics.NONE ? found : value;
      } else {
        skip(key, length);
      }
    }
    return at == length && found >= 0 && found < Double.POSITIVE_INFINITY
        ? found
        : LoadMetrics.NONE;
  }

  /** The value of a map's entry that ends at {@code end} when its key is the metric's name. */
  private double entry(int end) {
    boolean named = false;
    double value = LoadMetrics.NONE;
    while (at < end) {
      long key = varint(end);
      if (key == (1 << 3 | LENGTH)) {
        int nameEnd = message(key, end);
        if (nameEnd < 0) {
          return LoadMetrics.NONE;
        }
        named = isName(at, nameEnd);
        at = nameEnd;
      } else if (key == (2 << 3 | FIXED64)) {
        value = real(end);
      } else {
        skip(key, end);
      }
    }
    return named ? value : LoadMetrics.NONE;
  }

  private boolean isName(int from, int to) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (report[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where what has a length ends; -1, and everything is over, when it does not end in time. */
  private int message(long key, int end) {
    long length = (key & 7) == LENGTH ? varint(end) : -1;
    if (length < 0 || length > end - at) {
      broken();
      return -1;
    }
    return at + (int) length;
  }

  private void skip(long key, int end) {
    switch ((int) (key & 7)) {
      case VARINT -> varint(end);
      case FIXED64 -> at += Long.BYTES;
      case FIXED32 -> at += Integer.BYTES;
      default -> {
        int to = message(key, end);
        at = to < 0 ? at : to;
      }
    }
  }

  private double real(int end) {
    long bits = 0;
    for (int i = 0; i < Long.BYTES && at + i < end; i++) {
      bits |= (report[at + i] & 0xffL) << (8 * i);
    }
    at += Long.BYTES;
    return Double.longBitsToDouble(bits);
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; at < end && shift < Long.SIZE; shift += 7) {
      byte b = report[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    broken();
    return 0;
  }

  /** Beyond every end: each loop is over, and nothing was found. */
  private void broken() {
    at = Integer.MAX_VALUE / 2;
  }

  /** How many bytes came of the text; -1 for what is none or too long. */
  private int decode(byte[] in, int from, int to) {
    int end = to;
    while (end > from && to - end < 2 && in[end - 1] == '=') {
      end--;
    }
    int digits = end - from;
    if (digits % 4 == 1 || digits / 4 * 3 + 3 > BYTES_MAX) {
      return -1;
    }
    int length = 0;
    int bits = 0;
    for (int i = 0; i < digits; i++) {
      int digit = digit(in[from + i]);
      if (digit < 0) {
        return -1;
      }
      bits = bits << 6 | digit;
      if (i % 4 > 0) {
        report[length++] = (byte) (bits >> (6 - 2 * (i % 4)));
      }
    }
    return length;
  }

  private static int digit(byte b) {
    if (b >= 'A' && b <= 'Z') {
      return b - 'A';
    }
    if (b >= 'a' && b <= 'z') {
      return b - 'a' + 26;
    }
    if (b >= '0' && b <= '9') {
      return b - '0' + 52;
    }
    return b == '+' ? 62 : b == '/' ? 63 : -1;
  }
}
