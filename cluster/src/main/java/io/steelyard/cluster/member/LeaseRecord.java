package io.steelyard.cluster.member;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in a store under the name of a lease: {@code holder=lb1 life=9f3c count=17
 * lease-ms=3000 state=held}.
 *
 * @param holder the node that wrote it last
 * @param life tells one process of a node from another
 * @param count of what that process wrote there: no two of its records are equal
 * @param leaseMs for how long it holds it from when it sent this, up to {@value #LEASE_MS_MAX}
 */
public record LeaseRecord(String holder, long life, long count, long leaseMs, State state) {
  /** Longer ones are not believed. */
  public static final long LEASE_MS_MAX = 600_000;

  private static final Pattern TEXT =
      Pattern.compile(
          "holder=(\\S{1,1000}) life=([0-9a-f]{1,16}) count=(\\d{1,18}) lease-ms=(\\d{1,6})"
              + " state=(held|new|passed|free)\\s*");

  /** What its writer made of it. */
  public enum State {
    /** It holds it. */
    HELD,
    /** Nobody holds it, but somebody may have: it is yet to be seen unchanged for a lease. */
    NEW,
    /** Another process of the same node may have it at once; for other nodes it is still held. */
    PASSED,
    /** Anybody may have it at once. */
    FREE
  }

  String text() {
    return "holder=%s life=%x count=%d lease-ms=%d state=%s"
        .formatted(
            segment(holder),
            life,
            count,
            leaseMs,
            switch (state) {
              case HELD -> "held";
              case NEW -> "new";
              case PASSED -> "passed";
              case FREE -> "free";
            });
  }

  /** Empty if it is none. */
  static Optional<LeaseRecord> parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches() || Long.parseLong(found.group(4)) > LEASE_MS_MAX) {
      return Optional.empty();
    }
    return Optional.of(
        new LeaseRecord(
            name(found.group(1)),
            Long.parseUnsignedLong(found.group(2), 16),
            Long.parseLong(found.group(3)),
            Long.parseLong(found.group(4)),
            switch (found.group(5)) {
              case "held" -> State.HELD;
              case "new" -> State.NEW;
              case "passed" -> State.PASSED;
              default -> State.FREE;
            }));
  }

  /**
   * A name as one segment of a key, which every store takes: letters, digits, dots and dashes stay,
   * the rest is escaped as in a URL (RFC 3986, section 2.1), a dot at the beginning, too.
   */
  public static String segment(String name) {
    StringBuilder out = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      boolean plain = letter || b == '-' || (b == '.' && !out.isEmpty());
      out.append(plain ? "" + (char) b : "%%%02X".formatted(b));
    }
    return out.toString();
  }

  /** Of a segment the name; what is escaped wrongly stays as it is. */
  public static String name(String segment) {
    byte[] out = new byte[segment.length() * 4];
    int length = 0;
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%' && i + 3 <= segment.length() && segment.substring(i + 1, i + 3).matches(HEX)) {
        out[length++] = (byte) Integer.parseInt(segment, i + 1, i + 3, 16);
        i += 2;
      } else {
        for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
          out[length++] = b;
        }
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  private static final String HEX = "[0-9A-F]{2}";
}
