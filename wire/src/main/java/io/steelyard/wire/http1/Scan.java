package io.steelyard.wire.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds and classifies bytes, eight at a time where it pays. In each word the lowest flag is exact:
 * a borrow can only raise a false one above a true one, and only the lowest is looked at.
 */
final class Scan {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private static final byte TOKEN = 1;
  private static final byte HOST = 2;
  private static final byte HEX = 4;
  private static final byte[] CLASS = new byte[256];

  static {
    mark("0123456789abcdefABCDEF", HEX);
    String alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    mark(alphanumeric + "!#$%&'*+-.^_`|~", TOKEN); // RFC 9110 5.6.2
    mark(alphanumeric + "-._~!$&'()*+;=", HOST); // RFC 3986 3.2.2 reg-name, without the comma
  }

  private Scan() {}

  private static void mark(String bytes, byte kind) {
    for (int i = 0; i < bytes.length(); i++) {
      CLASS[bytes.charAt(i)] |= kind;
    }
  }

  /** The eight bytes at {@code at}, the first one lowest. */
  static long word(byte[] in, int at) {
    return (long) LONG.get(in, at);
  }

  /** The four bytes at {@code at}, the first one lowest. */
  static int half(byte[] in, int at) {
    return (int) INT.get(in, at);
  }

  /** The first control byte other than HTAB (so a CR or LF, too), or {@code to}. */
  static int control(byte[] in, int from, int to) {
    int i = from;
    while (true) {
      i = anyControl(in, i, to);
      if (i == to || in[i] != '\t') {
        return i;
      }
      i++;
    }
  }

  private static int anyControl(byte[] in, int from, int to) {
    int i = from;
    for (int wordsTo = wordsTo(in, to); i < wordsTo; i += 8) {
      long found = controls(word(in, i));
      if (found != 0) {
        return Math.min(i + firstByte(found), to);
      }
    }
    while (i < to && !isControl(in[i])) {
      i++;
    }
    return Math.min(i, to);
  }

  /**
   * Where words may begin that hold a byte before {@code to}. They may reach beyond it as far as
   * the array does: what is found there counts as {@code to}.
   */
  private static int wordsTo(byte[] in, int to) {
    return Math.min(to, in.length - 7);
  }

  /** Flags control bytes; see the class comment on the flags above the lowest. */
  private static long controls(long x) {
    long delete = (x & ~HIGHS) + ONES;
    return ((x - 0x2020202020202020L) | delete) & ~x & HIGHS;
  }

  private static int firstByte(long flags) {
    return Long.numberOfTrailingZeros(flags) >>> 3;
  }

  private static boolean isControl(byte b) {
    return (b & 0xff) < 0x20 || b == 0x7f;
  }

  /** The first byte that may not stand in a request-target (a space, too), or {@code to}. */
  static int targetEnd(byte[] in, int from, int to) {
    int i = from;
    for (int wordsTo = wordsTo(in, to); i < wordsTo; i += 8) {
      long found = notTarget(word(in, i));
      if (found != 0) {
        return Math.min(i + firstByte(found), to);
      }
    }
    while (i < to && in[i] > ' ' && in[i] != 0x7f && in[i] != '#') {
      i++;
    }
    return Math.min(i, to);
  }

  /** Flags controls, spaces, hashes and what is not ASCII. */
  private static long notTarget(long x) {
    long delete = x ^ 0x7f7f7f7f7f7f7f7fL;
    long hash = x ^ 0x2323232323232323L;
    return (((x - 0x2121212121212121L) & ~x)
            | (delete - ONES & ~delete)
            | (hash - ONES & ~hash)
            | x)
        & HIGHS;
  }

  /** The first byte that is not visible ASCII, or {@code to}. */
  static int visibleEnd(byte[] in, int from, int to) {
    int i = from;
    while (i < to && in[i] > ' ' && in[i] != 0x7f) {
      i++;
    }
    return i;
  }

  /** Set in what {@link #nameEnd} returns. */
  static final int UNUSUAL = 1 << 30;

  /**
   * As {@link #tokenEnd}, with {@link #UNUSUAL} added when there are others than letters and
   * hyphens in it.
   */
  static int nameEnd(byte[] in, int from, int to) {
    int wordsTo = wordsTo(in, to);
    for (int i = from; i < wordsTo; i += 8) {
      long found = notLetterOrHyphen(word(in, i));
      if (found != 0) {
        int end = i + firstByte(found);
        return end >= to || (CLASS[in[end] & 0xff] & TOKEN) == 0
            ? Math.min(end, to)
            : tokenEnd(in, end, to) | UNUSUAL;
      }
    }
    // Near the array's end, where there is no hurry.
    return tokenEnd(in, from, to) | UNUSUAL;
  }

  /** The first byte that is not of a token (RFC 9110 5.6.2), or {@code to}. */
  static int tokenEnd(byte[] in, int from, int to) {
    int i = from;
    int wordsTo = wordsTo(in, to);
    while (i < wordsTo) {
      long found = notLetterOrHyphen(word(in, i));
      if (found == 0) {
        i += 8;
        continue;
      }
      i += firstByte(found);
      if (i >= to || (CLASS[in[i] & 0xff] & TOKEN) == 0) {
        return Math.min(i, to);
      }
      i++;
    }
    while (i < to && (CLASS[in[i] & 0xff] & TOKEN) != 0) {
      i++;
    }
    return Math.min(i, to);
  }

  /** The high bit of every byte that is neither a letter nor a hyphen: exact, no borrows. */
  private static long notLetterOrHyphen(long x) {
    long low = x & ~HIGHS;
    long lower = low | 0x2020202020202020L;
    long fromA = lower + 0x1f1f1f1f1f1f1f1fL;
    long pastZ = lower + 0x0505050505050505L;
    long other = (low ^ 0x2d2d2d2d2d2d2d2dL) + 0x7f7f7f7f7f7f7f7fL;
    return (x | ((~fromA | pastZ) & other)) & HIGHS;
  }

  static boolean isToken(byte[] in, int from, int to) {
    return from < to && tokenEnd(in, from, to) == to;
  }

  static boolean isHostByte(byte b) {
    return (CLASS[b & 0xff] & HOST) != 0;
  }

  static boolean isHex(byte b) {
    return (CLASS[b & 0xff] & HEX) != 0;
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Where the value begins after optional white space. */
  static int skipBlanks(byte[] in, int from, int to) {
    int i = from;
    while (i < to && isBlank(in[i])) {
      i++;
    }
    return i;
  }

  /** Where the value ends before optional white space. */
  static int trimBlanks(byte[] in, int from, int to) {
    int i = to;
    while (i > from && isBlank(in[i - 1])) {
      i--;
    }
    return i;
  }

  /** Whether the bytes are {@code lower} (lower-case ASCII) in any case. */
  static boolean same(byte[] in, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (lowerCase(in[from + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #same}; an underscore and a hyphen are the same, too. */
  static boolean sameLoosely(byte[] in, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if (hyphen(lowerCase(in[from + i])) != hyphen(lower[i])) {
        return false;
      }
    }
    return true;
  }

  private static int hyphen(int b) {
    return b == '_' ? '-' : b;
  }

  /** Whether two ranges of one array hold the same bytes in any case. */
  static boolean same(byte[] in, int from, int to, int otherFrom, int otherTo) {
    if (to - from != otherTo - otherFrom) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (lowerCase(in[from + i]) != lowerCase(in[otherFrom + i])) {
        return false;
      }
    }
    return true;
  }

  static int lowerCase(byte b) {
    return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
  }

  /** A length of 1 to 18 decimal digits, or -1. */
  static long decimal(byte[] in, int from, int to) {
    if (from == to || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = in[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
