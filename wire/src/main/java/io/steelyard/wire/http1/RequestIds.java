package io.steelyard.wire.http1;

import java.util.HexFormat;

/**
 * Makes request ids: sixteen hex digits that tell the maker, a hyphen, and a counter of twelve. Not
 * for more than one thread: each loop has its own, with a prefix of its own.
 */
public final class RequestIds {
  /** How many bytes an id has. */
  public static final int LENGTH = 29;

  private static final int COUNTER_FROM = 17;

  private final byte[] text = new byte[LENGTH];

  /**
   * @param prefix different for each loop and each start of the process
   */
  public RequestIds(long prefix) {
    String hex = HexFormat.of().toHexDigits(prefix) + "-000000000000";
    for (int i = 0; i < LENGTH; i++) {
      text[i] = (byte) hex.charAt(i);
    }
  }

  /** Writes the next id; returns the index after its last byte. */
  public int next(byte[] out, int at) {
    int digit = LENGTH - 1;
    while (text[digit] == 'f' && digit > COUNTER_FROM) {
      text[digit--] = '0';
    }
    text[digit] = (byte) (text[digit] == '9' ? 'a' : text[digit] == 'f' ? '0' : text[digit] + 1);
    System.arraycopy(text, 0, out, at, LENGTH);
    return at + LENGTH;
  }
}
