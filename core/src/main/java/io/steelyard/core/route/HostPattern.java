package io.steelyard.core.route;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A host, any host, or any host under a domain. */
final class HostPattern {
  /** What the host has to end with, in lower case; with its leading dot for a wildcard. */
  private final byte[] suffix;

  /** Whether the host is no longer than the suffix; otherwise at least one label precedes. */
  private final boolean exact;

  private HostPattern(byte[] suffix, boolean exact) {
    this.suffix = suffix;
    this.exact = exact;
  }

  /** As written in {@link Route#host()}. */
  static HostPattern of(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.isEmpty()) {
      return new HostPattern(new byte[0], false);
    }
    boolean wildcard = lower.startsWith("*.");
    String suffix = wildcard ? lower.substring(1) : lower;
    String undotted = suffix.endsWith(".") ? suffix.substring(0, suffix.length() - 1) : suffix;
    return new HostPattern(undotted.getBytes(StandardCharsets.ISO_8859_1), !wildcard);
  }

  boolean matches(byte[] head, int from, int to) {
    if (suffix.length == 0) {
      return true;
    }
    int extra = to - from - suffix.length;
    if (exact ? extra != 0 : extra <= 0) {
      return false;
    }
    for (int i = 0, at = from + extra; i < suffix.length; i++, at++) {
      if (lower(head[at]) != suffix[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }
}
