package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/** Text of the protocol as bytes, and how it is put together. */
final class Ascii {
  private Ascii() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Eight letters as {@link Scan#word} reads them. */
  static long word(String eight) {
    return Scan.word(bytes(eight), 0);
  }

  /** Puts all of {@code bytes} at {@code at}; the index after them. */
  static int put(byte[] bytes, byte[] out, int at) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
    return at + bytes.length;
  }

  /** Puts a part of {@code in} there; the index after it. */
  static int copy(byte[] in, int from, int to, byte[] out, int at) {
    System.arraycopy(in, from, out, at, to - from);
    return at + to - from;
  }

  /** Puts a number from 0 in digits; the index after them. */
  static int decimal(int number, byte[] out, int at) {
    int end = at + 1;
    for (int rest = number; rest >= 10; rest /= 10) {
      end++;
    }
    int rest = number;
    for (int i = end - 1; i >= at; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  /** Ends a line. */
  static int crlf(byte[] out, int at) {
    out[at] = '\r';
    out[at + 1] = '\n';
    return at + 2;
  }
}
