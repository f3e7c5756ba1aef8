package io.steelyard.proxy;

/**
 * A line that is put together in one array, again and again, without allocation. What does not fit
 * is cut.
 */
final class Line {
  private static final int MAX = 8192;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** Room that is always left for a line's end. */
  private static final int RESERVE = 16;

  private final byte[] bytes = new byte[MAX];
  private int length;

  void clear() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private void put(byte b) {
    if (length < MAX) {
      bytes[length++] = b;
    }
  }

  Line raw(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      put((byte) ascii.charAt(i));
    }
    return this;
  }

  Line bytes(byte[] b) {
    for (byte x : b) {
      put(x);
    }
    return this;
  }

  Line number(long n) {
    if (n < 0) {
      put((byte) '-');
      return number(-n);
    }
    if (n >= 10) {
      number(n / 10);
    }
    put((byte) ('0' + n % 10));
    return this;
  }

  /** Three digits. */
  Line millis(int n) {
    put((byte) ('0' + n / 100));
    put((byte) ('0' + n / 10 % 10));
    put((byte) ('0' + n % 10));
    return this;
  }

  /** Bytes from outside, so that they can neither end a string nor a line. */
  Line escaped(byte[] b, int from, int to) {
    for (int i = from; i < to && length < MAX - RESERVE * 40; i++) {
      byte c = b[i];
      if (c == '"' || c == '\\') {
        put((byte) '\\');
        put(c);
      } else if (c < ' ' || c == 0x7f) {
        raw("\\u00");
        put(HEX[(c >> 4) & 15]);
        put(HEX[c & 15]);
      } else {
        put(c);
      }
    }
    return this;
  }

  private Line name(String name) {
    return raw(",\"").raw(name).raw("\":");
  }

  Line field(String name, byte[] b, int from, int to) {
    return name(name).raw("\"").escaped(b, from, to).raw("\"");
  }

  Line field(String name, String value) {
    name(name).raw("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      put(c < ' ' || c > '~' || c == '"' || c == '\\' ? (byte) '?' : (byte) c);
    }
    return raw("\"");
  }

  Line field(String name, long value) {
    return name(name).number(value);
  }

  /** Milliseconds with three decimals. */
  Line duration(String name, long ns) {
    long us = ns / 1000;
    return name(name).number(us / 1000).raw(".").millis((int) (us % 1000));
  }
}
