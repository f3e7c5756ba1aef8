package io.steelyard.core.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Base64 with the alphabet for URLs (RFC 4648, section 5) of whole groups: 3 bytes are 4
 * characters, so there is no padding and only one way to write the same bytes. Allocates nothing,
 * unlike the JDK's.
 */
final class Base64Url {
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      VALUES[ALPHABET[i]] = (byte) i;
    }
  }

  private Base64Url() {}

  /** Writes all of {@code bytes}, a multiple of 3, as characters from {@code out[at]} on. */
  static void encode(byte[] bytes, byte[] out, int at) {
    int o = at;
    for (int i = 0; i < bytes.length; i += 3) {
      int group = (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | (bytes[i + 2] & 0xFF);
      out[o] = ALPHABET[group >>> 18];
      out[o + 1] = ALPHABET[group >>> 12 & 0x3F];
      out[o + 2] = ALPHABET[group >>> 6 & 0x3F];
      out[o + 3] = ALPHABET[group & 0x3F];
      o += 4;
    }
  }

  /**
   * Reads as many characters from {@code in[from]} on as fill {@code bytes}, a multiple of 3.
   *
   * @return false when a character is none of the alphabet
   */
  static boolean decode(byte[] in, int from, byte[] bytes) {
    int bad = 0;
    int p = from;
    for (int i = 0; i < bytes.length; i += 3) {
      int a = VALUES[in[p] & 0xFF];
      int b = VALUES[in[p + 1] & 0xFF];
      int c = VALUES[in[p + 2] & 0xFF];
      int d = VALUES[in[p + 3] & 0xFF];
      bad |= a | b | c | d;
      int group = a << 18 | b << 12 | c << 6 | d;
      bytes[i] = (byte) (group >>> 16);
      bytes[i + 1] = (byte) (group >>> 8);
      bytes[i + 2] = (byte) group;
      p += 4;
    }
    return bad >= 0;
  }
}
