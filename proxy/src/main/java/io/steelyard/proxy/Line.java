package io.steelyard.proxy;

/**
 * A line that is put together in one array, again and again, without allocation. What does not fit
 * is cut; what comes from outside can end neither a string nor the line.
 */
final class Line {
  /** More than the longest record takes when every byte of it is escaped. */
  private static final int MAX = 32 * 1024;

  private static final int NAME_CHARS_MAX = 256;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

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

  /** Ends the line. */
  void end() {
    length = Math.min(length, MAX - 1);
    put('\n');
  }

  private void put(int b) {
    if (length < MAX) {
      bytes[length++] = (byte) b;
    }
  }

  private void hex(int b) {
    put(HEX[b >> 4 & 15]);
    put(HEX[b & 15]);
  }

  private static boolean visible(int c) {
    return c > ' ' && c < 0x7f;
  }

  // ---- what the balancer itself says

  /** ASCII that needs no escaping. */
  Line raw(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      put(ascii.charAt(i));
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
      put('-');
      return number(-n);
    }
    if (n >= 10) {
      number(n / 10);
    }
    put((int) ('0' + n % 10));
    return this;
  }

  Line twoDigits(int n) {
    put('0' + n / 10);
    put('0' + n % 10);
    return this;
  }

  /** Three digits. */
  Line millis(int n) {
    put('0' + n / 100);
    return twoDigits(n % 100);
  }

  /** A name from the configuration, as one word. */
  Line word(String name) {
    for (int i = 0; i < name.length() && i < NAME_CHARS_MAX; i++) {
      char c = name.charAt(i);
      put(visible(c) ? c : '?');
    }
    return this;
  }

  // ---- what comes from outside

  /** As HAProxy writes it: {@code #} and two hex digits for what could break a line. */
  Line hashed(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      int c = b[i] & 0xff;
      if ((visible(c) || c == ' ') && c != '"' && c != '#') {
        put(c);
      } else {
        put('#');
        hex(c);
      }
    }
    return this;
  }

  /** As nginx and Apache write it: {@code \x} and two hex digits for what could break a line. */
  Line backslashed(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      int c = b[i] & 0xff;
      if ((visible(c) || c == ' ') && c != '"' && c != '\\') {
        put(c);
      } else {
        raw("\\x");
        hex(c);
      }
    }
    return this;
  }

  // ---- JSON

  private void json(int c) {
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (visible(c) || c == ' ') {
      put(c);
    } else {
      raw("\\u");
      hex(c >> 8);
      hex(c);
    }
  }

  private Line key(String name) {
    return raw(",\"").raw(name).raw("\":");
  }

  /** Bytes as the characters of Latin-1. */
  Line field(String name, byte[] b, int from, int to) {
    key(name).raw("\"");
    for (int i = from; i < to; i++) {
      json(b[i] & 0xff);
    }
    return raw("\"");
  }

  Line field(String name, String value) {
    return field(name, "", value);
  }

  /** A string of two parts. */
  Line field(String name, String first, String second) {
    key(name).raw("\"");
    text(first);
    text(second);
    return raw("\"");
  }

  private void text(String value) {
    for (int i = 0; i < value.length() && i < NAME_CHARS_MAX; i++) {
      json(value.charAt(i));
    }
  }

  Line field(String name, long value) {
    return key(name).number(value);
  }

  /** Milliseconds with three decimals; null for what never came to pass. */
  Line duration(String name, long ns) {
    key(name);
    if (ns < 0) {
      return raw("null");
    }
    long us = ns / 1000;
    return number(us / 1000).raw(".").millis((int) (us % 1000));
  }
}
