package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/**
 * The field names that a proxy must understand, as small numbers. Told apart by their length and
 * then by one or two words; {@code | 0x20} is exact here because the name is known to be a token.
 */
final class FieldName {
  static final int OTHER = 0;
  static final int TE = 1;
  static final int HOST = 2;
  static final int EXPECT = 3;
  static final int UPGRADE = 4;
  static final int FORWARDED = 5;
  static final int CONNECTION = 6;
  static final int KEEP_ALIVE = 7;
  static final int X_REQUEST_ID = 8;
  static final int CONTENT_LENGTH = 9;
  static final int X_FORWARDED_FOR = 10;
  static final int X_FORWARDED_HOST = 11;
  static final int X_FORWARDED_PORT = 12;
  static final int PROXY_CONNECTION = 13;
  static final int TRANSFER_ENCODING = 14;
  static final int X_FORWARDED_PROTO = 15;

  /** X-Real-IP, and any X-Forwarded- that is not one of the above. */
  static final int OTHER_CLAIM = 16;

  /** As much of a name as tells which it is: longer ones are told by their beginning. */
  private static final int TELLING_BYTES = 32;


  private static final long LOWER = 0x2020202020202020L;
  private static final int LOWER_HALF = 0x20202020;

  private static final int HOST_NAME = half("host");
  private static final int EXPECT_HEAD = half("expe");
  private static final int EXPECT_TAIL = half("pect");
  private static final int UPGRADE_HEAD = half("upgr");
  private static final int UPGRADE_TAIL = half("rade");
  private static final long FORWARDED_HEAD = word("forwarde");
  private static final long FORWARDED_TAIL = word("orwarded");
  private static final long CONNECTION_HEAD = word("connecti");
  private static final long CONNECTION_TAIL = word("nnection");
  private static final long KEEP_ALIVE_HEAD = word("keep-ali");
  private static final long KEEP_ALIVE_TAIL = word("ep-alive");
  private static final long X_REQUEST_ID_HEAD = word("x-reques");
  private static final long X_REQUEST_ID_TAIL = word("quest-id");
  private static final long CONTENT_LENGTH_HEAD = word("content-");
  private static final long CONTENT_LENGTH_TAIL = word("t-length");
  private static final long X_FORWARDED_HEAD = word("x-forwar");
  private static final int X_FORWARDED_MIDDLE = half("ded-");
  private static final long X_REAL_IP_HEAD = word("x-real-i");
  private static final long X_REAL_IP_TAIL = word("-real-ip");
  private static final long X_FORWARDED_FOR_TAIL = word("rded-for");
  private static final long X_FORWARDED_HOST_TAIL = word("ded-host");
  private static final long X_FORWARDED_PORT_TAIL = word("ded-port");
  private static final long X_FORWARDED_PROTO_TAIL = word("ed-proto");
  private static final long PROXY_CONNECTION_HEAD = word("proxy-co");
  private static final long TRANSFER_ENCODING_HEAD = word("transfer");
  private static final long TRANSFER_ENCODING_TAIL = word("encoding");

  private FieldName() {}

  /** The number of the name (a token) in {@code [from, to)}. */
  static int of(byte[] in, int from, int to) {
    return switch (to - from) {
      case 2 -> (in[from] | 0x20) == 't' && (in[from + 1] | 0x20) == 'e' ? TE : OTHER;
      case 4 -> (Scan.half(in, from) | LOWER_HALF) == HOST_NAME ? HOST : OTHER;
      case 6 -> halves(in, from, to, EXPECT_HEAD, EXPECT_TAIL) ? EXPECT : OTHER;
      case 7 -> halves(in, from, to, UPGRADE_HEAD, UPGRADE_TAIL) ? UPGRADE : OTHER;
      case 9 ->
          words(in, from, to, FORWARDED_HEAD, FORWARDED_TAIL)
              ? FORWARDED
              : words(in, from, to, X_REAL_IP_HEAD, X_REAL_IP_TAIL) ? OTHER_CLAIM : OTHER;
      case 10 ->
          words(in, from, to, CONNECTION_HEAD, CONNECTION_TAIL)
              ? CONNECTION
              : words(in, from, to, KEEP_ALIVE_HEAD, KEEP_ALIVE_TAIL) ? KEEP_ALIVE : OTHER;
      case 12 ->
          words(in, from, to, X_REQUEST_ID_HEAD, X_REQUEST_ID_TAIL)
              ? X_REQUEST_ID
              : claim(in, from);
      case 14 ->
          words(in, from, to, CONTENT_LENGTH_HEAD, CONTENT_LENGTH_TAIL)
              ? CONTENT_LENGTH
              : claim(in, from);
      case 15 ->
          words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_FOR_TAIL)
              ? X_FORWARDED_FOR
              : claim(in, from);
      case 16 -> ofSixteen(in, from, to);
      case 17 -> ofSeventeen(in, from, to);
      case 0, 1, 3, 5, 8, 11 -> OTHER;
      default -> claim(in, from);
    };
  }

  /** A name of 12 or more bytes that is none of the known ones. */
  private static int claim(byte[] in, int from) {
    return (Scan.word(in, from) | LOWER) == X_FORWARDED_HEAD
            && (Scan.half(in, from + 8) | LOWER_HALF) == X_FORWARDED_MIDDLE
        ? OTHER_CLAIM
        : OTHER;
  }

  /**
   * The number of the name that a server may take this one for: many read an underscore as a
   * hyphen. {@link #OTHER} when there is none in it.
   */
  static int readLoosely(byte[] in, int from, int to, byte[] scratch) {
    int n = Math.min(to - from, TELLING_BYTES);
    boolean any = false;
    for (int i = 0; i < n; i++) {
      boolean underscore = in[from + i] == '_';
      any |= underscore;
      scratch[i] = underscore ? (byte) '-' : in[from + i];
    }
    return any ? of(scratch, 0, n) : OTHER;
  }

  /** For {@link #readLoosely}. */
  static byte[] scratch() {
    return new byte[TELLING_BYTES];
  }

  private static int ofSixteen(byte[] in, int from, int to) {
    if (words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_HOST_TAIL)) {
      return X_FORWARDED_HOST;
    }
    if (words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_PORT_TAIL)) {
      return X_FORWARDED_PORT;
    }
    return words(in, from, to, PROXY_CONNECTION_HEAD, CONNECTION_TAIL)
        ? PROXY_CONNECTION
        : claim(in, from);
  }

  private static int ofSeventeen(byte[] in, int from, int to) {
    int middle = in[from + 8] | 0x20;
    if (middle == '-' && words(in, from, to, TRANSFER_ENCODING_HEAD, TRANSFER_ENCODING_TAIL)) {
      return TRANSFER_ENCODING;
    }
    return middle == 'd' && words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_PROTO_TAIL)
        ? X_FORWARDED_PROTO
        : claim(in, from);
  }

  private static boolean words(byte[] in, int from, int to, long head, long tail) {
    return (Scan.word(in, from) | LOWER) == head && (Scan.word(in, to - 8) | LOWER) == tail;
  }

  private static boolean halves(byte[] in, int from, int to, int head, int tail) {
    return (Scan.half(in, from) | LOWER_HALF) == head
        && (Scan.half(in, to - 4) | LOWER_HALF) == tail;
  }

  private static long word(String lower) {
    return Scan.word(lower.getBytes(StandardCharsets.US_ASCII), 0);
  }

  private static int half(String lower) {
    return Scan.half(lower.getBytes(StandardCharsets.US_ASCII), 0);
  }
}
