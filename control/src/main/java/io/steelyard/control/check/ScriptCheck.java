package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.HealthConfig.Check.Script.Expect;
import io.steelyard.config.HealthConfig.Check.Script.Send;
import io.steelyard.control.link.Link;
import io.steelyard.control.link.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A conversation that goes as written: enough for Redis ({@code PING}), SMTP, the greetings of
 * MySQL and PostgreSQL. Bytes, not characters.
 */
final class ScriptCheck {
  /** What a server may send before what is expected comes. */
  static final int BYTES_MAX = 64 * 1024;

  private static final int SHOWN_MAX = 40;

  private ScriptCheck() {}

  static Answer ask(Link link, Check.Script script) throws IOException {
    for (Check.Script.Step step : script.steps()) {
      switch (step) {
        case Send send -> link.out().write(send.bytes());
        case Expect expect -> {
          byte[] seen = readUntil(link.in(), expect.bytes());
          if (!endsWith(seen, expect.bytes())) {
            return Answer.failed("sent " + shown(seen) + " in place of " + shown(expect.bytes()));
          }
        }
      }
    }
    return Answer.passed("answered as expected");
  }

  /** What came up to and with {@code wanted}; without it when the server ended or went too far. */
  private static byte[] readUntil(InputStream in, byte[] wanted) throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    Matching matching = new Matching(wanted);
    while (!matching.complete() && seen.size() < BYTES_MAX) {
      int b = in.read();
      if (b < 0) {
        return seen.toByteArray();
      }
      seen.write(b);
      matching.next((byte) b);
    }
    return seen.toByteArray();
  }

  private static boolean endsWith(byte[] seen, byte[] wanted) {
    int from = seen.length - wanted.length;
    return from >= 0 && Arrays.equals(seen, from, seen.length, wanted, 0, wanted.length);
  }

  private static String shown(byte[] bytes) {
    if (bytes.length == 0) {
      return "nothing";
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return "'" + Printable.of(text, SHOWN_MAX) + (bytes.length > SHOWN_MAX ? "...'" : "'");
  }

  /**
   * Finds a sequence of bytes in a stream, each byte looked at once (Knuth, Morris, Pratt 1977).
   */
  private static final class Matching {
    private final byte[] wanted;
    private final int[] fallback;
    private int matched;

    Matching(byte[] wanted) {
      this.wanted = wanted;
      this.fallback = new int[wanted.length + 1];
      for (int i = 1, k = 0; i < wanted.length; i++) {
        while (k > 0 && wanted[i] != wanted[k]) {
          k = fallback[k];
        }
        k += wanted[i] == wanted[k] ? 1 : 0;
        fallback[i + 1] = k;
      }
    }

    boolean complete() {
      return matched == wanted.length;
    }

    void next(byte b) {
      while (matched > 0 && wanted[matched] != b) {
        matched = fallback[matched];
      }
      matched += wanted[matched] == b ? 1 : 0;
    }
  }
}
